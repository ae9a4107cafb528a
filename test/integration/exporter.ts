import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Exporter = {
  port: number
  /** From now on the text is another. */
  turn(phase: number): void
  /** How often who asked since the phase began, by user agent's first word. */
  asked(): { prometheus: number; aiops: number }
  stop(): Promise<void>
}

const open = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
const plain = 'text/plain; version=0.0.4; charset=utf-8'

/** What targets expose in each phase: paths stand for what jobs are about. */
const texts: Record<string, (phase: number) => { type: string; text: string; status?: number }> = {
  '/metrics': (phase) => ({
    type: plain,
    text: [
      '# HELP shop_requests_total Requests.',
      '# TYPE shop_requests_total counter',
      'shop_requests_total{code="200",instance="own",path="/a b\\"c\\\\"} 10',
      'shop_requests_total { code = "500" , } 2 ',
      phase === 1 ? 'shop_requests_total{code="404"} 1' : 'shop_requests_total{code="418"} 1',
      '# TYPE shop_temperature gauge',
      'shop_temperature{place="oben",tmp_secret="x"} NaN',
      'shop_temperature{place="unten",empty=""} -1.5e-3',
      'debug_noise{n="1"} 1',
      ...(phase === 1 ? ['only_first 1'] : ['only_second{job="theirs"} 1']),
      '',
    ].join('\n'),
  }),
  '/open': (phase) => ({
    type: open,
    text: [
      '# TYPE shop_latency_seconds histogram',
      '# UNIT shop_latency_seconds seconds',
      'shop_latency_seconds_bucket{le="0.1"} 3 # {trace_id="abc"} 0.05',
      'shop_latency_seconds_bucket{le="+Inf"} 4',
      'shop_latency_seconds_sum 0.7',
      'shop_latency_seconds_count 4',
      'shop_latency_seconds_created 1700000000.5',
      '# TYPE shop_build info',
      `shop_build_info{version="${phase}"} 1`,
      '# TYPE shop_mode stateset',
      'shop_mode{shop_mode="day"} 1',
      'shop_mode{shop_mode="night"} 0',
      '# EOF',
      '',
    ].join('\n'),
  }),
  '/broken': () => ({ type: plain, text: 'good 1\nbad{x="1" 2\n' }),
  '/many': () => ({ type: plain, text: 'm{n="1"} 1\nm{n="2"} 1\nm{n="3"} 1\n' }),
  '/gone': (phase) => ({ type: plain, text: 'was_here{a="1"} 1\n', status: phase === 1 ? 200 : 503 }),
}

/** A target whose series change when the test says so. */
export async function startExporter(): Promise<Exporter> {
  let phase = 1
  let asked = { prometheus: 0, aiops: 0 }
  const server = createServer((request, response) => {
    const agent = (request.headers['user-agent'] ?? '').toLowerCase()
    const path = new URL(request.url ?? '/', 'http://x').pathname
    const found = texts[path]?.(phase)
    if (!found) return response.writeHead(404).end()
    response.writeHead(found.status ?? 200, { 'content-type': found.type }).end(found.text)
    if (path === '/metrics') asked[agent.startsWith('prometheus') ? 'prometheus' : 'aiops'] += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    turn(next) {
      phase = next
      asked = { prometheus: 0, aiops: 0 }
    },
    asked: () => asked,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
