/** English for a question asked anew. */
export const words = {
  editNote: 'The question and everything after it will be replaced.',
} as const;
