import type { Answerer } from './answerer.ts';
import { ModelError } from './answerer.ts';
import { ModelAnswerer, type ModelProvider } from './model.ts';

/** Name of the built-in model. */
export const EXTRACTIVE_MODEL = 'extractive';

/** Whether the assistant's model can use tools of the page. */
export const usesTools = ({ model }: { readonly model: string }): boolean => model !== EXTRACTIVE_MODEL;

/** The model providers this server may use. */
export interface ModelSettings {
  /** An OpenAI-compatible endpoint (`ASSISTERS_MODEL_BASE_URL`, `ASSISTERS_MODEL_API_KEY`). */
  readonly openaiCompatible: { readonly baseUrl: string; readonly apiKey: string | null } | null;
  /** Anthropic (`ANTHROPIC_API_KEY`); `baseUrl` for a proxy of it. */
  readonly anthropic: { readonly apiKey: string; readonly baseUrl?: string } | null;
}

const ANTHROPIC_MODEL = /^(?:anthropic\/)?claude/i;

/**
 * Writes with the answerer the assistant's model names: `extractive` the built-in one; `claude…` Anthropic when its key is
 * set; any other name, or Claude through a gateway, the OpenAI-compatible endpoint.
 *
 * Throws {@link ModelError} `model_error`, naming the variable to set, when none is configured for the name: the answer
 * fails with words an operator can act on.
 */
export function chooseByModel(extractive: Answerer, settings: ModelSettings): Answerer {
  const compatible = settings.openaiCompatible && new ModelAnswerer(openaiCompatible(settings.openaiCompatible));
  const claude = settings.anthropic && new ModelAnswerer(anthropic(settings.anthropic));
  return {
    answer(request) {
      const { model } = request.assistant;
      if (model === EXTRACTIVE_MODEL) return extractive.answer(request);
      const isClaude = ANTHROPIC_MODEL.test(model);
      const chosen = isClaude ? (claude ?? compatible) : compatible;
      if (chosen) return chosen.answer(request);
      const variable = isClaude ? 'ANTHROPIC_API_KEY' : 'ASSISTERS_MODEL_BASE_URL';
      throw new ModelError(
        'model_error',
        `The assistant's model is “${model}”, but this server has no provider for it. ` +
          `Set ${variable}, or set the assistant's model to “${EXTRACTIVE_MODEL}”.`,
      );
    },
  };
}

function openaiCompatible({ baseUrl, apiKey }: NonNullable<ModelSettings['openaiCompatible']>): ModelProvider {
  return {
    keyVariable: 'ASSISTERS_MODEL_API_KEY',
    origin: new URL(baseUrl).origin,
    async languageModel(name) {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      const provider = createOpenAICompatible({
        name: 'model',
        baseURL: baseUrl,
        includeUsage: true,
        ...(apiKey === null ? {} : { apiKey }),
      });
      return provider(name);
    },
  };
}

function anthropic({ apiKey, baseUrl }: NonNullable<ModelSettings['anthropic']>): ModelProvider {
  return {
    keyVariable: 'ANTHROPIC_API_KEY',
    origin: new URL(baseUrl ?? 'https://api.anthropic.com').origin,
    async languageModel(name) {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      const provider = createAnthropic({ apiKey, ...(baseUrl === undefined ? {} : { baseURL: baseUrl }) });
      return provider(name.replace(/^anthropic\//i, ''));
    },
  };
}
