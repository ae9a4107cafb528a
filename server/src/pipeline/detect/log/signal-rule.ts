/** What is made of log lines and spans informs and joins others; by itself it is no incident. */
export const signalRules = [
  { match: 'log.records:error_ratio', persistence: '20s', severity_max: 'MEDIUM' },
  { match: 'log.records:rate', sensitivity: 0.3, min_effect: 0.9, persistence: '20s', severity_max: 'LOW' },
  { match: 'log.pattern.', sensitivity: 0.3, min_effect: 0.9, persistence: '20s', severity_max: 'LOW' },
  { match: 'log.parameter', enabled: false },
  { match: 'log.sequence', enabled: false },
  { match: 'traces.operation.', persistence: '20s', severity_max: 'MEDIUM' },
  {
    match: 'trace.calls_per_request',
    sensitivity: 0.3,
    min_effect: 1,
    persistence: '20s',
    severity_max: 'MEDIUM',
  },
  { match: 'trace.edge.', enabled: false },
] as const
