/** English for a message of its own accord. */
export const words = {
  proactive: 'Message from {name}',
} as const;
