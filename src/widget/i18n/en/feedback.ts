/** English for what was wrong with an answer. */
export const words = {
  thanks: 'Thank you for the feedback',
  feedbackTitle: 'What was wrong?',
  reasonIncorrect: 'Incorrect',
  reasonIncomplete: 'Incomplete',
  reasonOffTopic: 'Not what I asked',
  reasonOutdated: 'Out of date',
  reasonOther: 'Something else',
  comment: 'Comment (optional)',
  sendFeedback: 'Send feedback',
} as const;
