import type { FrameLocator, Locator, Page } from '@playwright/test';

/** The chat as a visitor sees it: everything is found by its role and its words. */
export class Chat {
  readonly launcher: Locator;
  readonly panel: Locator;
  readonly input: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  /** The answers, oldest first. */
  readonly answers: Locator;
  readonly questions: Locator;
  readonly sources: Locator;
  readonly tryAgain: Locator;

  /**
   * @param page where the launcher is
   * @param inside where the panel is: the page, or an iframe in it
   * @param name the assistant's name
   */
  constructor(page: Page, inside: Page | FrameLocator = page, name = 'Docs') {
    this.launcher = page.getByRole('button', { name: /^(open|close) chat/i }).and(page.locator('[part=launcher]'));
    this.panel = inside.locator('section[part=panel]');
    this.input = inside.getByRole('textbox', { name: 'Your question' });
    this.send = inside.getByRole('button', { name: 'Send' });
    this.stop = inside.getByRole('button', { name: 'Stop' });
    this.answers = inside.getByRole('article', { name });
    this.questions = inside.getByRole('article', { name: 'You' });
    this.sources = inside.getByRole('group', { name: 'Sources' }).getByRole('button');
    this.tryAgain = inside.getByRole('button', { name: 'Try again' });
  }

  /** Types a question and sends it with Enter. */
  async ask(question: string): Promise<void> {
    await this.input.fill(question);
    await this.input.press('Enter');
  }
}
