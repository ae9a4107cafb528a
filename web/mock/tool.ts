/** Tools of the stand-in, and an MCP endpoint of revision 2026-07-28 that calls them. */
import type { IncomingMessage, ServerResponse } from 'node:http'

type MockTool = {
  name: string
  title: string
  description: string
  effect: 'READ' | 'PROPOSE'
  inputSchema: Record<string, unknown>
}

const text = (description = '', more: object = {}) => ({ type: 'string', description, ...more })
const clusters = {
  ...{ type: 'array', items: { type: 'string' }, default: [] },
  description: 'Ids or names of clusters; none for all that can be asked.',
}
const moment = (description: string) => ({ type: 'string', format: 'date-time', description })
const limit = { type: 'integer', minimum: 1, maximum: 200, default: 50 }
const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO']

const tool = (
  name: string,
  title: string,
  description: string,
  properties: object = {},
  required: string[] = [],
  effect: MockTool['effect'] = 'READ',
): MockTool => ({
  ...{ name, title, description, effect },
  inputSchema: { type: 'object', properties, ...(required.length > 0 ? { required } : {}) },
})

export const mockTools: readonly MockTool[] = [
  tool('list_clusters', 'List clusters', 'Clusters of the fleet with state, health score and region.', {
    name: text('A part of the name.'),
    state: { type: 'string', enum: ['ONLINE', 'OFFLINE', 'DEGRADED'] },
    limit,
  }),
  tool(
    'query_metrics',
    'Query metrics',
    'Runs PromQL on one cluster or all, at one moment or over a range. Use it for any value of a metric; find_metrics tells which there are.',
    {
      query: text('PromQL. Names beyond a–z and _ stand in quotes.', { maxLength: 8_192 }),
      ...{ cluster_ids: clusters, start_time: moment('Of a range.'), end_time: moment('') },
      step: text('Distance of the points: 15s, 1m, 1h.', { default: '1m' }),
    },
    ['query'],
  ),
  tool('list_alerts', 'Alerts', 'Alerts that fire, with labels and since when.', {
    cluster_ids: clusters,
    state: { type: 'string', enum: ['FIRING', 'RESOLVED', 'PENDING'], default: 'FIRING' },
    severity: {
      description: 'One, or a list of these.',
      anyOf: [
        { type: 'string', enum: severities },
        { type: 'array', items: { type: 'string', enum: severities } },
      ],
    },
    silenced: { type: 'boolean', description: 'Only those that a silence covers, or only others.' },
    limit,
  }),
  tool('search_traces', 'Search traces', 'Traces of a service, by duration, errors and attributes.', {
    service_name: text('Traces that go through this service.'),
    min_duration_ms: { type: 'number', minimum: 0 },
    tags: { type: 'object', additionalProperties: { type: 'string' }, description: 'Attributes of a span.' },
  }),
  tool('get_overview', 'Overview', 'How the platform stands: open incidents, alerts and rates.'),
  tool('slow_tool', 'A slow tool', 'Answers after twenty seconds.'),
  tool('failing_tool', 'A failing tool', 'Refuses whatever it is given.', { id: text() }, ['id']),
  tool(
    'propose_runbook',
    'Propose a runbook',
    'Proposes a runbook for an incident; a person approves it. Call it only when a person asked for it.',
    { runbook_id: text(), incident_id: text() },
    ['runbook_id', 'incident_id'],
    'PROPOSE',
  ),
]

type Message = { id: number; method: string; params: { name?: string; arguments?: Record<string, unknown> } }

/** Takes requests to `/mcp`; false for all others. */
export async function mcpMock(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  options: { empty: boolean; failing: boolean; body: () => Promise<Record<string, unknown>> },
): Promise<boolean> {
  if (url.pathname !== '/mcp') return false
  const send = (status: number, body: object): boolean => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', ...body }))
    return true
  }
  const refuse = (status: number, code: number, message: string): boolean =>
    send(status, { id: null, error: { code, message } })
  if (options.failing) return refuse(503, -32_000, 'The store cannot be read: the disk does not answer.')
  const { id, method, params } = (await options.body()) as unknown as Message
  const { headers } = request
  if (headers['mcp-protocol-version'] !== '2026-07-28' || headers['mcp-method'] !== method)
    return refuse(400, -32_020, 'The headers say something else than the body.')
  if (method === 'tools/list')
    return send(200, { id, result: { tools: mockTools.map(listed), ttlMs: 300_000 } })
  if (method !== 'tools/call') return refuse(404, -32_601, `There is no method ${method}.`)
  if (headers['mcp-name'] !== params.name) return refuse(400, -32_020, 'Mcp-Name names another tool.')
  if (params.name === 'slow_tool') await new Promise((go) => setTimeout(go, 20_000))
  const result = resultOf(params.name ?? '', options.empty)
  // Streams, as the real one may.
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`)
  return true
}

const listed = ({ effect, ...tool }: MockTool) => ({
  ...tool,
  annotations: { readOnlyHint: effect === 'READ' },
})

function resultOf(name: string, empty: boolean) {
  const told = (status: string, sentence: string, records: number) => ({
    content: [{ type: 'text', text: sentence }],
    _meta: {
      'io.aiops/call': {
        ...{ status, records, ms: 38, sentence },
        missing:
          status === 'PARTIAL' ? [{ cluster: 'us-east-1', reason: 'it did not answer within 5 s.' }] : [],
      },
    },
  })
  if (name === 'failing_tool')
    return {
      ...told('FAILED', 'cluster_ids: there is no cluster "moon". The nearest name is noon.', 0),
      isError: true,
    }
  if (empty)
    return {
      ...told('EMPTY', 'Looked at alerts of all clusters: none.', 0),
      structuredContent: { alerts: [] },
    }
  const alerts = Array.from({ length: 230 }, (_, i) => ({
    ...{
      name: i % 2 ? 'HighLatency' : 'PodNotReady',
      severity: severities[i % 5],
      cluster: `gpu-fra-${i % 4}`,
    },
    labels: { service: 'payments', 'k8s.namespace.name': 'shop', pod: `payments-7f9c8d-${i}` },
    ...{ since: new Date(Date.now() - i * 61_000).toISOString(), silenced: i % 7 === 0 },
    summary:
      i === 1
        ? 'p95 latency of payments is above 1 s for 5 minutes: <script>alert(1)</script> '.repeat(3)
        : 'p95 is high',
  }))
  return {
    ...told('PARTIAL', `Looked at firing alerts of all clusters: ${alerts.length}.`, alerts.length),
    structuredContent: { total: alerts.length, truncated: false, alerts, missing: [] },
  }
}
