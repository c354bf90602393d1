/** English for the list of conversations. */
export const words = {
  noThreads: 'No conversations yet',
  showMore: 'Show more',
  deleteThread: 'Delete conversation: {title}',
  deleteThreadQuestion: 'Delete this conversation for good?',
  deleted: 'Conversation deleted',
} as const;
