/** English for the switch of the sound. */
export const words = {
  answerSound: 'Sound when an answer is ready',
} as const;
