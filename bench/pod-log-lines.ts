/** Chance that can be repeated (mulberry32). */
export function repeatable(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Lines such as pods write: a web server's access log, JSON of a service with trace ids, and words of a Go and a Java program. */
export function logLineOf(pod: number, timeMs: number, random: () => number): string {
  const style = pod % 4
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const hex = (length: number): string =>
    Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
  const time = new Date(timeMs).toISOString()
  const ms = Math.floor(-Math.log(1 - random()) * 40)
  const path = pick(paths)
  if (style === 0)
    return `10.244.${Math.floor(random() * 8)}.${Math.floor(random() * 250)} - - [${time}] "${pick(methods)} ${path}${Math.floor(random() * 9_000)} HTTP/1.1" ${random() < 0.97 ? 200 : pick([404, 500, 503])} ${Math.floor(random() * 20_000)} "-" "${pick(agents)}" ${(ms / 1_000).toFixed(3)}`
  if (style === 1)
    return `{"time":"${time}","level":"${pick(levels)}","msg":"${pick(messages)}","service":"shop","path":"${path}","duration_ms":${ms}${random() < 0.3 ? `,"trace_id":"${hex(32)}"` : ''},"user":${Math.floor(random() * 50_000)}}`
  if (style === 2)
    return `I1121 ${time.slice(11, 23)}000       1 controller.go:${pick([114, 230, 231, 502])}] ${pick(messages)} key="${pick(['prod', 'stage', 'dev'])}/item-${Math.floor(random() * 900)}" attempt=${Math.floor(random() * 3)} took=${ms}ms`
  return `${time.replace('T', ' ').slice(0, 23)} ${pick(levels).padEnd(5)} [worker-${Math.floor(random() * 16)}] c.e.shop.order.OrderService - ${pick(messages)} id=${Math.floor(random() * 1e6)} total=${(random() * 300).toFixed(2)}`
}

const methods = ['GET', 'GET', 'GET', 'POST', 'PUT']
const levels = ['INFO', 'INFO', 'INFO', 'INFO', 'DEBUG', 'WARN', 'ERROR']
const paths = ['/api/v1/orders/', '/api/v1/products/', '/cart/', '/static/img/', '/checkout/', '/healthz?n=']
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36',
  'kube-probe/1.30',
  'Go-http-client/2.0',
]
const messages = [
  'request completed',
  'cache miss, asked the database',
  'order placed',
  'reconciled',
  'payment authorised by the gateway',
  'connection to redis:6379 was reset, trying again',
  'item is not in stock',
  'queue is drained',
]
