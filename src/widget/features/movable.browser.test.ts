import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { mount, unmountAll } from '../testing/mount.ts';
import { placeAt } from './movable.ts';

beforeEach(() => page.viewport(1000, 800));
afterEach(unmountAll);

describe('a place', () => {
  test.each([
    ['keeps to the nearer side', [200, 500], { position: 'bottom-left', offsetPx: 272 }],
    ['is counted from the nearer edge', [900, 100], { position: 'top-right', offsetPx: 72 }],
    ['stays inside the window', [999, 799], { position: 'bottom-right', offsetPx: 20 }],
    ['stays in its half', [999, 401], { position: 'bottom-right', offsetPx: 344 }],
  ] as const)('%s', (_, [x, y], expected) => {
    expect(placeAt(x, y, 1000, 800, 56)).toEqual(expected);
  });
});

/** Drags by pointer events, as a mouse or a finger makes them. */
function drag(button: HTMLElement, by: readonly [number, number]): void {
  const { left, top, width, height } = button.getBoundingClientRect();
  const at = [left + width / 2, top + height / 2] as const;
  const fire = (type: string, x: number, y: number) =>
    button.dispatchEvent(
      new PointerEvent(type, { clientX: x, clientY: y, pointerId: 1, button: 0, bubbles: true, cancelable: true }),
    );
  button.setPointerCapture = () => {};
  fire('pointerdown', ...at);
  for (const part of [0.3, 0.7, 1]) fire('pointermove', at[0] + by[0] * part, at[1] + by[1] * part);
  fire('pointerup', at[0] + by[0], at[1] + by[1]);
  button.click();
}

async function movable(attributes: Record<string, string> = {}) {
  const mounted = mount({ movable: '', ...attributes });
  const button = mounted.find('.launcher');
  await expect.poll(() => button.style.touchAction).toBe('none');
  const place = () => {
    const { left, top } = button.getBoundingClientRect();
    return [Math.round(left), Math.round(top)];
  };
  return { ...mounted, button, place };
}

test('is dragged to the other side, and a drag is no press', async () => {
  const { chat, button, place } = await movable();
  expect(place()).toEqual([924, 724]);
  drag(button, [-700, -100]);
  await expect.poll(place).toEqual([20, 624]);
  expect(chat.getState().open).toBe(false);
  button.click();
  expect(chat.getState().open).toBe(true);
});

test('an unsteady press is a press', async () => {
  const { chat, button, place } = await movable();
  drag(button, [3, -2]);
  expect([chat.getState().open, place()]).toEqual([true, [924, 724]]);
});

test('is moved by arrow keys', async () => {
  const { button, place } = await movable();
  button.focus();
  await userEvent.keyboard('{ArrowUp}{ArrowUp}');
  await expect.poll(place).toEqual([924, 676]);
  await userEvent.keyboard('{ArrowLeft}');
  await expect.poll(place).toEqual([20, 676]);
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}');
  await expect.poll(place).toEqual([20, 724]);
});

test('is moved by the menu, without dragging, and the panel goes with it', async () => {
  const { chat, find, place, drawn } = await movable();
  chat.open();
  await drawn();
  find('.menu > button').click();
  await drawn();
  find('[data-item=move]').click();
  await expect.poll(place).toEqual([20, 724]);
  await expect.poll(() => Math.round(find('.panel').getBoundingClientRect().left)).toBe(20);
});

test('is remembered, wherever the page wanted it', async () => {
  const first = await movable({ 'assistant-id': 'ast_moved' });
  expect(localStorage.length).toBe(0);
  drag(first.button, [-700, -500]);
  await expect.poll(first.place).toEqual([20, 224]);
  first.chat.remove();
  const again = await movable({ 'assistant-id': 'ast_moved', position: 'bottom-right' });
  await expect.poll(again.place).toEqual([20, 224]);
  // Of another assistant nothing is known.
  const other = await movable({ 'assistant-id': 'ast_other' });
  expect(other.place()).toEqual([924, 724]);
});

test('a panel at a high launcher stays inside the window', async () => {
  const { chat, find, button, drawn } = await movable();
  drag(button, [0, -250]);
  chat.open();
  await drawn();
  const { top, bottom } = find('.panel').getBoundingClientRect();
  expect(top).toBeGreaterThanOrEqual(0);
  expect(bottom).toBeLessThanOrEqual(button.getBoundingClientRect().top);
});

test('stays where it is when nobody asked for it', async () => {
  const { find, drawn } = mount();
  await drawn();
  const button = find('.launcher');
  drag(button, [-700, 0]);
  expect(Math.round(button.getBoundingClientRect().left)).toBe(924);
});
