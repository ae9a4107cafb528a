import type { MetricChoice } from '../question/question.ts'

/** What metrics can tell of. */
export type Aspect = MetricChoice['aspect']

/** Names to look for, as a regular expression over the plain name, which a name must match somewhere. */
export const namesOf: Readonly<Record<Aspect, RegExp | undefined>> = {
  LATENCY: /duration|latency|response_time|_p95$|_p99$|elapsed/,
  ERRORS:
    /error|fail|exception|requests?(_total|_count)?$|request_duration.*count$|responses?_total|calls_total|handled_total|traces_span/,
  TRAFFIC:
    /requests?|responses?_total|calls|_rate$|messages|handled_total|duration.*_count$|throughput|qps|rps/,
  CPU: /cpu/,
  MEMORY: /mem(ory)?_|memory|_rss|heap|working_set/,
  DISK: /filesystem|disk|volume_stats|storage|_fs_/,
  NETWORK: /network|_net_|receive|transmit|packets|bandwidth/,
  POOL: /pool|connections?|sessions|threads/,
  LAG: /lag|backlog|queue_(depth|size|length|messages)|messages_(ready|unacknowledged)|offset/,
  RESTARTS: /restart/,
  TEMPERATURE: /temp/,
  POWER: /power|watts/,
  UTILIZATION: /util|_usage_ratio|_busy/,
  NAMED: undefined,
}
