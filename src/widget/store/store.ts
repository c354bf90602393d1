import { type Action, reduce } from './reduce.ts';
import { type ChatState, INITIAL_STATE } from './state.ts';

/** Holds the current state; every change is a frozen new object. */
export interface Store {
  readonly state: ChatState;
  dispatch(action: Action): void;
}

/**
 * @param changed called after each change, synchronously; the element gathers changes into one rendering a frame
 * @param acted called with each action that changed something, before `changed`
 */
export function createStore(changed: () => void, acted: (action: Action) => void = () => {}): Store {
  let state = INITIAL_STATE;
  return {
    get state() {
      return state;
    },
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = Object.freeze(next);
      acted(action);
      changed();
    },
  };
}
