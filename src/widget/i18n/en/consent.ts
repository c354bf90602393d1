/** English for what is asked before the first use. */
export const words = {
  consentText:
    'What you ask is sent to a server and stored there with the answers. Nothing is sent or stored until you agree.',
  agree: 'Agree',
} as const;
