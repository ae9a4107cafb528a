import type { Matcher } from '@aiops/contract/model/label'
import { Fault } from '../../kernel/fault.ts'
import type { IngestReply, IngestRequest } from '../../pipeline/ingest/index.ts'
import { parseLogql } from '../../service/telemetry/index.ts'
import { json, success, volumeOf } from './answer.ts'
import type { LokiApiDeps } from './index.ts'
import { limitOf, queryOf, rangeOf, stepOf } from './parameter.ts'

/** Labels and streams are looked for so far back unless said. */
const listingMs = 21_600_000
const fieldLinesMax = 1_000

type Route = {
  path: string
  summary: string
  answer: (request: IngestRequest, query: URLSearchParams) => Promise<IngestReply>
}

/** What there is to ask for: labels, values, streams, fields, volumes. */
export function listing(deps: LokiApiDeps): Route[] {
  return [...labelRoutes(deps), ...indexRoutes(deps), ...detectedRoutes(deps)]
}

function labelRoutes({ logql, clock }: LokiApiDeps): Route[] {
  const labelSets = async (tenant: string, query: URLSearchParams, matchers: readonly Matcher[]) => {
    const streams = await logql.streams(tenant, matchers, rangeOf(query, clock.now(), listingMs))
    return streams.map(({ labels }) => labels)
  }
  const names = async ({ tenant }: IngestRequest, query: URLSearchParams) => {
    const sets = await labelSets(tenant, query, matchersOf(query.get('query')))
    return success(distinct(sets.flatMap((labels) => Object.keys(labels))))
  }
  return [
    { path: '/api/v1/labels', summary: 'names of labels.', answer: names },
    { path: '/api/v1/label', summary: 'names of labels.', answer: names },
    {
      ...{ path: '/api/v1/label/{name}/values', summary: 'values of a label.' },
      async answer({ tenant, params }, query) {
        const name = params.name ?? ''
        const sets = await labelSets(tenant, query, matchersOf(query.get('query')))
        return success(
          distinct(sets.flatMap((labels) => (Object.hasOwn(labels, name) ? [labels[name]!] : []))),
        )
      },
    },
    {
      ...{ path: '/api/v1/series', summary: 'streams.' },
      async answer({ tenant }, query) {
        const asked = [...query.getAll('match[]'), ...query.getAll('match')].filter((text) => text !== '')
        const all = asked.length === 0 ? [[]] : asked.map(matchersOf)
        const found = new Map<string, unknown>()
        for (const matchers of all)
          for (const labels of await labelSets(tenant, query, matchers))
            found.set(JSON.stringify(labels), labels)
        return success([...found.values()])
      },
    },
  ]
}

function indexRoutes({ logql, clock }: LokiApiDeps): Route[] {
  const volume = async ({ tenant }: IngestRequest, query: URLSearchParams, over: 'vector' | 'matrix') => {
    const range = rangeOf(query, clock.now())
    const stepMs = over === 'vector' ? Math.max(1, range.endMs - range.startMs) : stepOf(query, range)
    const labels = (query.get('targetLabels') ?? '').split(',').filter((name) => name !== '')
    const by = { limit: limitOf(query), ...(labels.length > 0 ? { labels } : {}) }
    return success(volumeOf(await logql.volume(tenant, queryOf(query), { ...range, stepMs }, by), over))
  }
  return [
    {
      ...{
        path: '/api/v1/index/stats',
        summary: 'how much a selector touches: whole pieces of the store, as there whole chunks.',
      },
      async answer({ tenant }, query) {
        const streams = await logql.streams(tenant, matchersOf(queryOf(query)), rangeOf(query, clock.now()))
        const sum = (of: (stream: (typeof streams)[number]) => number | undefined): number =>
          streams.reduce((total, stream) => total + (of(stream) ?? 0), 0)
        return json({
          ...{ streams: streams.length, chunks: streams.length },
          ...{ entries: sum(({ records }) => records), bytes: sum(({ bytes }) => bytes) },
        })
      },
    },
    {
      ...{ path: '/api/v1/index/volume', summary: 'bytes by labels.' },
      answer: (request, query) => volume(request, query, 'vector'),
    },
    {
      ...{ path: '/api/v1/index/volume_range', summary: 'bytes by labels over time.' },
      answer: (request, query) => volume(request, query, 'matrix'),
    },
  ]
}

function detectedRoutes({ logql, clock }: LokiApiDeps): Route[] {
  const fields = (tenant: string, query: URLSearchParams) => {
    const linesMax = Math.min(limitOf(query, fieldLinesMax, 'line_limit'), 5_000)
    return logql.fields(tenant, queryOf(query), rangeOf(query, clock.now()), linesMax)
  }
  return [
    {
      ...{ path: '/api/v1/detected_labels', summary: 'labels with how many values they have.' },
      async answer({ tenant }, query) {
        const matchers = matchersOf(query.get('query'))
        const streams = await logql.streams(tenant, matchers, rangeOf(query, clock.now(), listingMs))
        const values = new Map<string, Set<string>>()
        for (const { labels } of streams)
          for (const [name, value] of Object.entries(labels))
            values.set(name, (values.get(name) ?? new Set()).add(value))
        return json({
          detectedLabels: [...values]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([label, all]) => ({ label, cardinality: all.size })),
        })
      },
    },
    {
      ...{ path: '/api/v1/detected_fields', summary: 'fields within lines and beside them.' },
      async answer({ tenant }, query) {
        const limit = limitOf(query, 1_000)
        const found = await fields(tenant, query)
        return json({
          fields: found
            .slice(0, limit)
            .map(({ name, type, cardinality, parsers }) => ({ label: name, type, cardinality, parsers })),
          limit,
        })
      },
    },
    {
      ...{ path: '/api/v1/patterns', summary: 'statements that wrote the lines, counted by step.' },
      async answer({ tenant }, query) {
        const range = rangeOf(query, clock.now())
        const stepMs = stepOf(query, range)
        const found = await logql.patterns(tenant, queryOf(query), { ...range, stepMs })
        return success(
          found.map(({ pattern, samples }) => ({
            ...{ pattern, samples: samples.map(({ timeMs, count }) => [Math.floor(timeMs / 1_000), count]) },
          })),
        )
      },
    },
    {
      ...{ path: '/api/v1/detected_field/{name}/values', summary: 'values of a field.' },
      async answer({ tenant, params }, query) {
        const limit = limitOf(query, 1_000)
        const found = (await fields(tenant, query)).find(({ name }) => name === params.name)
        return json({ values: found?.values.slice(0, limit) ?? [], limit })
      },
    },
  ]
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort()

/** The stream selector of a query; all streams where there is none. */
function matchersOf(text: string | null): readonly Matcher[] {
  if (text === null || text === '' || /^\s*\{\s*\}\s*$/.test(text)) return []
  const expression = parseLogql(text)
  if (expression.node === 'log') return expression.matchers
  throw new Fault('INVALID_LOGQL', 'parse error : only label matchers are supported')
}
