/** English for speech. */
export const words = {
  dictating: 'Listening…',
  microphoneBlocked: 'The microphone is not available.',
} as const;
