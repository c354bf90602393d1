/** English for files with questions. */
export const words = {
  removeFile: 'Remove {name}',
  readingFile: 'Reading {name}',
  fileReady: '{name} is attached',
  fileTooLarge: '{name} is too large. Files may have at most {size}.',
  fileNotRead: '{name} could not be read. These can be: {types}.',
  tooManyFiles: 'At most {count} files can go with a question.',
  filesRefused: 'The assistant takes no more files in this conversation.',
} as const;
