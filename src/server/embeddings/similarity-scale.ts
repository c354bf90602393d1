import { type Embedder, EmbeddingError, type EmbedOptions } from './embedder.ts';

/**
 * What a cosine of a certain model means. Models differ too much for one threshold: unrelated texts have a cosine of
 * about 0.1 with some and of 0.75 with others. So each model is asked once for the vectors of the pairs below: how
 * near a question is to the passage that answers it, and to those that answer others.
 */
export interface SimilarityScale {
  /** Of the vectors the scale was taken from. */
  readonly dimension: number;
  /**
   * Chance, 0–1, that the passage answers: Bayes' rule over two normal distributions of one variance, with one passage
   * of the base expected to answer, or one of a hundred. So in a large base a passage must be nearer than in a small one.
   */
  relevance(cosine: number, passages: number): number;
}

/** Question and passage, each pair of another subject, told with few words in common. */
const PAIRS: readonly (readonly [question: string, passage: string])[] = [
  ['How do I get my money back?', 'Reimbursement is available within thirty days of purchase.'],
  ['Where can I leave my car?', 'The garage below the building has 200 places for vehicles.'],
  ['Is my information safe with you?', 'Customer records are encrypted and kept in a locked data centre.'],
  ['When are you open?', 'Our shop receives visitors from nine to six, Monday to Saturday.'],
  ['Can I bring my dog?', 'Pets are welcome on the terrace but not in the dining room.'],
  ['What is the fastest way to reach the airport?', 'The express train takes eleven minutes to the terminal.'],
  ['My screen stays black', 'If the display shows nothing, hold the power button for ten seconds.'],
  ['How do I get rid of my account?', 'To erase your profile, open the settings and choose Close membership.'],
  ['Who founded the company?', 'Two engineers set up the firm in a garage in 1987.'],
  ['Do you send parcels abroad?', 'International delivery is offered to forty countries.'],
  ['Is the meal suitable for vegetarians?', 'Dishes without meat or fish are marked with a leaf on the menu.'],
  ['How can I make the letters larger?', 'The font size is changed with the slider under Appearance.'],
  ['What should I do when it is raining?', 'In wet weather the walk is replaced by a museum tour.'],
  ['I forgot my password', 'A link for choosing new login credentials is sent by e-mail.'],
  ['How many people live there?', 'The town had a population of 52,000 at the last census.'],
  ['Which illnesses does the vaccine prevent?', 'The injection protects children against measles, mumps and rubella.'],
  ['Can two persons work on it at the same time?', 'Several editors may change a document simultaneously.'],
  ['How long may I borrow it?', 'Library books are lent for four weeks and can be renewed twice.'],
  ['Why is the sky blue?', 'Air molecules scatter short wavelengths of sunlight more than long ones.'],
  ['Does it work without the internet?', 'Maps that were downloaded remain usable while you are offline.'],
  ['What does it cost for a student?', 'Young people in education pay half of the regular fee.'],
  ['How do I stop the newsletter?', 'Use the unsubscribe link at the bottom of any mailing.'],
  ['Is there a lift?', 'An elevator makes all floors reachable by wheelchair.'],
  ['How do I run the program faster?', 'Enabling the cache improves performance by avoiding repeated computation.'],
];
/** However small the base, the answer may be in none of its passages. */
const MIN_PASSAGES = 100;
/** With so few pairs a spread can come out too small to be true. */
const MIN_SPREAD = 0.02;

/**
 * Takes the scale of a model.
 *
 * @throws EmbeddingError when the service fails
 */
export async function measureScale(embedder: Embedder, options: EmbedOptions): Promise<SimilarityScale> {
  const vectors = await embedder.embed(PAIRS.flat(), options);
  const questions = vectors.filter((_, index) => index % 2 === 0);
  const passages = vectors.filter((_, index) => index % 2 === 1);
  const related: number[] = [];
  const unrelated: number[] = [];
  for (const [at, question] of questions.entries())
    for (const [other, passage] of passages.entries())
      (at === other ? related : unrelated).push(cosine(question, passage));
  const [near, far] = [mean(related), mean(unrelated)];
  const spread = Math.max(MIN_SPREAD, (deviation(related, near) + deviation(unrelated, far)) / 2);
  if (!Number.isFinite(near + far)) throw new EmbeddingError('failed', 'The embedding service answered empty vectors.');
  // A model that holds unrelated texts nearer than related ones tells nothing.
  const slope = Math.max(0, near - far) / spread ** 2;
  return {
    dimension: vectors[0]!.length,
    relevance: (at, count) =>
      slope === 0 ? 0 : 1 / (1 + Math.exp(-slope * (at - (near + far) / 2) + Math.log(Math.max(MIN_PASSAGES, count)))),
  };
}

/** Of vectors of unit length. */
function cosine(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, index) => sum + value * other[index]!, 0);
}
const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const deviation = (numbers: readonly number[], middle: number) =>
  Math.sqrt(mean(numbers.map((x) => (x - middle) ** 2)));
