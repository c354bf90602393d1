/** English for files with questions. */
export const words = {
  removeFile: 'Remove {name}',
  readingFile: 'Reading {name}',
  fileReady: '{name} is attached',
  fileTooLarge: '{name} is too large. Files may have at most {size}.',
  fileNotRead: '{name} could not be read. These can be: {types}.',
} as const;
