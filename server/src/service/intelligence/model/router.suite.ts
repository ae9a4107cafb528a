/** Models from a script, for tests of what stands on the router: no network, no time. */

import { ManualClock } from '../../../kernel/clock.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import {
  type LanguageModel,
  type ModelDefinition,
  ModelFailure,
  type ModelPart,
  type ModelRequest,
} from '../../../port/language-model.ts'
import type { ModelSpendingRepository } from '../../../port/model-spending-repository.ts'
import { ModelConfig } from './config.ts'
import { createModelRouter, type ModelRouterDeps, type RoutedPart } from './router.ts'

/** What a model does when it is asked: parts, a failure, or silence until it is ended. */
export type Turn = (ModelPart | ModelFailure | 'SILENCE')[]

export const said = (text: string, input = 100, output = 10): Turn => [
  { type: 'text', text },
  { type: 'end', reason: 'STOP', inputTokens: input, outputTokens: output },
]
export const failed = (kind: ModelFailure['kind'], retryAfterMs?: number): Turn => [
  new ModelFailure(kind, `its server says ${kind}`, retryAfterMs === undefined ? {} : { retryAfterMs }),
]

export type Rig = ReturnType<typeof rig>

/** `turns`: what each model does, one entry a call; the last is repeated. */
export function rig(
  config: unknown,
  turns: Readonly<Record<string, Turn[]>>,
  more: Partial<ModelRouterDeps> = {},
) {
  const clock = new ManualClock()
  const metrics = createMetrics()
  const opened: string[] = []
  const asked: { name: string; request: ModelRequest; signal: AbortSignal }[] = []
  const open = (definition: ModelDefinition): LanguageModel => {
    opened.push(definition.name)
    const { name, protocol, model, local, callsTools, price } = definition
    return {
      ...{ name, protocol, model, local, callsTools, price },
      windowTokens: definition.windowTokens || 8_192,
      async *complete(request, signal) {
        const before = asked.filter((one) => one.name === name).length
        asked.push({ name, request, signal })
        const list = turns[name] ?? [said(`${name} says so.`)]
        for (const part of list[Math.min(before, list.length - 1)] ?? []) {
          signal.throwIfAborted()
          if (part instanceof ModelFailure) throw part
          if (part === 'SILENCE') await untilAborted(signal)
          else yield part
        }
      },
    }
  }
  const deps = { open, clock, metrics, spending: memorySpending(), ...more }
  const router = createModelRouter(deps, ModelConfig.parse(config))
  return { clock, metrics, opened, asked, router }
}

/** Keeps in memory what the record store would. */
export function memorySpending(): ModelSpendingRepository {
  const kept = new Map<string, { tokens: number; usd: number }>()
  const sumOf = (tenant: string, day: number) => kept.get(`${tenant}/${day}`) ?? { tokens: 0, usd: 0 }
  const put = (tenant: string, day: number, { tokens, usd }: { tokens: number; usd: number }) => {
    const old = sumOf(tenant, day)
    kept.set(`${tenant}/${day}`, { tokens: old.tokens + tokens, usd: old.usd + usd })
  }
  return {
    spent: async (tenant, day) => sumOf(tenant, day),
    async reserve(tenant, day, held, { tokens = Infinity, usd = Infinity }) {
      const old = sumOf(tenant, day)
      if (old.tokens + held.tokens > tokens || old.usd + held.usd > usd + 1e-9) return false
      put(tenant, day, held)
      return true
    },
    add: async (tenant, day, spent) => put(tenant, day, spent),
  }
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

export const question: ModelRequest = {
  messages: [{ role: 'user', text: 'What is broken?' }],
  tools: [],
  toolChoice: 'auto',
  temperature: 0,
  maxTokens: 500,
}

export async function routed(parts: AsyncIterable<RoutedPart>): Promise<RoutedPart[]> {
  const all: RoutedPart[] = []
  for await (const part of parts) all.push(part)
  return all
}
