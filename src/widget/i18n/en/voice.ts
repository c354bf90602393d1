/** English for speech. */
export const words = {
  dictating: 'Listening…',
  microphoneBlocked: 'The microphone is not available.',
  nothingHeard: 'Nothing was heard.',
} as const;
