import { z } from 'zod'
import type { HttpClient } from '../../port/http-client.ts'
import { type ModelDefinition, ModelFailure } from '../../port/language-model.ts'
import { connectFailure } from './exchange.ts'
import { kindOf } from './failure.ts'
import { hostedUrl } from './provider.ts'

/** Where a model is served, and under which name. `windowTokens` where the server says it. */
export type Serving = { baseUrl: string; model: string; windowTokens?: number | undefined }

/** Where a model is served now; asked of the server where the configuration leaves it open. */
export type ServingOf = {
  current(key: string, signal: AbortSignal): Promise<Serving>
  /** Whether what was known may have become wrong, so that asking again can help; it is forgotten then. */
  outdated(failure: ModelFailure): boolean
  readonly known: Serving | undefined
}

const askTimeoutMs = 2_000
const listBytesMax = 1_048_576

export function createServing(definition: ModelDefinition, http: HttpClient): ServingOf {
  const baseUrl = baseUrlOf(definition)
  const moves = definition.foundryLocal || definition.ports.length > 0
  const fixed = !moves && definition.model !== ''
  let known: Serving | undefined = fixed ? { baseUrl, model: definition.model } : undefined
  return {
    get known() {
      return known
    },
    async current(key, signal) {
      known ??= await discover(definition, baseUrl, http, key, signal)
      return known
    },
    outdated({ kind }) {
      if (fixed || !known) return false
      const outdated = (kind === 'CONNECT' && moves) || (kind === 'REFUSED' && definition.model === '')
      if (outdated) known = undefined
      return outdated
    },
  }
}

/** A bare host means its version 1, as every compatible server has it. */
export function baseUrlOf({ protocol, url }: Pick<ModelDefinition, 'protocol' | 'url'>): string {
  const text = (url || hostedUrl[protocol]).replace(/\/+$/, '')
  const parsed = URL.parse(text)
  return parsed && parsed.pathname === '/' && parsed.search === '' && protocol !== 'GOOGLE'
    ? `${text}/v1`
    : text
}

type Asking = { definition: ModelDefinition; http: HttpClient; key: string; signal: AbortSignal }

/** Tries the configured address, then the other ports of that host, in their order. */
async function discover(
  definition: ModelDefinition,
  baseUrl: string,
  http: HttpClient,
  key: string,
  signal: AbortSignal,
): Promise<Serving> {
  const asking: Asking = { definition, http, key, signal }
  let failure: ModelFailure | undefined
  for (const candidate of [baseUrl, ...definition.ports.map((port) => withPort(baseUrl, port))]) {
    signal.throwIfAborted()
    try {
      return await serve(asking, definition.foundryLocal ? await foundryUrl(asking, candidate) : candidate)
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error
      // What an address says for itself is worth more than that others do not answer.
      if (!failure || failure.kind === 'CONNECT') failure = error
    }
  }
  throw failure ?? new ModelFailure('CONNECT', `${definition.name} has no address.`)
}

function withPort(baseUrl: string, port: number): string {
  const url = new URL(baseUrl)
  url.port = String(port)
  return url.href.replace(/\/+$/, '')
}

const FoundryStatus = z.object({
  endpoints: z.array(z.string()).optional(),
  Endpoints: z.array(z.string()).optional(),
})

/**
 * Foundry Local takes another port at each start; `GET /openai/status` names the one it serves at. Versions that have no such path
 * serve where they were asked. An endpoint on another host is not followed: a local model stays local.
 */
async function foundryUrl(asking: Asking, baseUrl: string): Promise<string> {
  const status = FoundryStatus.safeParse(await ask(asking, `${new URL(baseUrl).origin}/openai/status`))
  const [endpoint] = status.data?.endpoints ?? status.data?.Endpoints ?? []
  const url = endpoint === undefined ? null : URL.parse(endpoint)
  return url && sameHost(url.hostname, new URL(baseUrl).hostname) ? `${url.origin}/v1` : baseUrl
}

const sameHost = (a: string, b: string): boolean => a === b || (isLoopback(a) && isLoopback(b))
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

const Listed = z.object({
  id: z.string().min(1).max(512),
  /** vLLM. */
  max_model_len: z.number().int().positive().nullish(),
  /** Foundry Local. */
  maxInputTokens: z.number().int().positive().nullish(),
  maxOutputTokens: z.number().int().positive().nullish(),
})
const ModelList = z.object({ data: z.array(Listed).min(1) })
const Names = z.array(z.string().min(1).max(512)).min(1)

async function serve(asking: Asking, baseUrl: string): Promise<Serving> {
  const { definition } = asking
  const listed = ModelList.safeParse(await ask(asking, `${baseUrl}/models`)).data?.data ?? []
  // Since 0.10 Foundry Local has no such path and lists what is loaded; before, it lists what is on disk.
  const loaded = definition.foundryLocal
    ? Names.safeParse(await ask(asking, `${new URL(baseUrl).origin}/openai/loadedmodels`)).data
    : undefined
  const model = definition.model || loaded?.[0] || listed[0]?.id
  if (model === undefined)
    throw new ModelFailure('CONNECT', `${definition.name} answers at ${baseUrl}, but has no model loaded.`)
  return { baseUrl, model, windowTokens: windowOf(listed.find(({ id }) => id === model)) }
}

function windowOf(entry: z.infer<typeof Listed> | undefined): number | undefined {
  const { max_model_len, maxInputTokens, maxOutputTokens } = entry ?? {}
  return max_model_len ?? (maxInputTokens ? maxInputTokens + (maxOutputTokens ?? 0) : undefined)
}

/** The JSON of an answer; undefined where the path does not exist or holds something else. */
async function ask({ definition, http, key, signal }: Asking, url: string): Promise<unknown> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (key !== '') headers.authorization = `Bearer ${key}`
  const answer = await http
    .send({ method: 'GET', url, headers, timeoutMs: askTimeoutMs, bytesMax: listBytesMax, signal })
    .catch((error: unknown) => {
      signal.throwIfAborted()
      throw connectFailure(definition.name, error)
    })
  if (answer.status === 404 || answer.status === 405) return undefined
  if (answer.status >= 300)
    throw new ModelFailure(
      kindOf(answer.status),
      `${definition.name} answered ${answer.status} to GET ${url}.`,
    )
  try {
    return JSON.parse(answer.body.toString('utf8'))
  } catch {
    return undefined
  }
}
