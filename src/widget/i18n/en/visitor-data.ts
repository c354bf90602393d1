/** English for what the visitor may do with their data. */
export const words = {
  dataStored: 'Your questions and the answers are stored on a server, so that you find them again.',
  dataKept: {
    one: 'Each conversation is deleted {count} day after its last message.',
    other: 'Each conversation is deleted {count} days after its last message.',
  },
  dataKeptForever: 'Conversations are kept until you delete them.',
  exportData: 'Download my data',
  deleteData: 'Delete my data',
  deleteDataQuestion: 'Delete all your conversations, on every device? This cannot be undone.',
  dataDeleted: 'Your data has been deleted.',
} as const;
