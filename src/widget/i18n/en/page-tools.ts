/** English for what an answer wants to do on the page. */
export const words = {
  toolRunning: 'Carrying it out…',
  allow: 'Allow',
} as const;
