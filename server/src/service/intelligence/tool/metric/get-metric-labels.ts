import { z } from 'zod'
import { labelText, quoted } from '../../catalogue/promql.ts'
import { evidenceMax, tool } from '../tool.ts'
import { ClusterIds, explorePage, Missing, missingOf } from './form.ts'

const input = z.object({
  label_name: z
    .string()
    .min(1)
    .max(256)
    .describe('A label, such as "service"; `__name__` gives names of metrics.'),
  metric: z.string().max(256).optional().describe('Only values on series of this metric.'),
  cluster_ids: ClusterIds,
})

const output = z.object({
  values: z.array(z.string()),
  total: z.number().int(),
  missing: z.array(Missing),
})

export const getMetricLabels = tool({
  name: 'get_metric_labels',
  title: 'Values of a metric label',
  description:
    'Which values a label of metrics has, of all metrics or of one: for example all services (label_name "service"), nodes or status codes. Use it to learn what can be filtered or grouped by.',
  input,
  output,
  permission: 'telemetry:read',
  effect: 'READ',
  async run(client, { label_name, metric, cluster_ids }, scope) {
    const clusterIds = cluster_ids.length > 0 ? cluster_ids : [...scope.clusterIds]
    if (metric === undefined && clusterIds.every((id) => id === 'local')) {
      const { values } = await client.listLabelValues({ params: { name: label_name } })
      return { values: values.slice(0, evidenceMax), total: values.length, missing: [] }
    }
    const selector = metric === undefined ? `{${labelText(label_name)}!=""}` : `{__name__=${quoted(metric)}}`
    const answer = await client.queryMetrics({
      body: { query: `group by (${labelText(label_name)}) (${selector})`, cluster_ids: clusterIds },
    })
    const values = [
      ...new Set(
        answer.results.flatMap(({ data }) => data.flatMap(({ metric: labels }) => labels[label_name] ?? [])),
      ),
    ].sort()
    return { values: values.slice(0, evidenceMax), total: values.length, missing: answer.missing }
  },
  evidence: ({ values }, { label_name, metric }, { nowMs }) =>
    values.map((value) => ({
      ...{ type: 'CATALOGUE' as const, query: `${metric ?? ''}{${label_name}}`, source: 'metrics' },
      ...{ time: new Date(nowMs).toISOString(), entity: null, fields: { [label_name]: value } },
      sentence: `${label_name} is "${value.slice(0, 200)}" on some series.`,
      trust: 'TELEMETRY' as const,
      link: explorePage({ text: value.slice(0, 200) }),
    })),
  sentence: ({ total }, { label_name, metric }) =>
    `Looked at the values of ${label_name}${metric ? ` on ${metric}` : ''}: ${total}.`,
  missing: ({ missing }) => missingOf(missing),
})
