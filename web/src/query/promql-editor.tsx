import { PromQLExtension } from '@prometheus-io/codemirror-promql'
import { useMemo } from 'react'
import { fetchWithKey } from '../shell/session.ts'
import { QueryEditor } from './query-editor.tsx'

type PromqlEditorProps = { value: string; onChange: (text: string) => void; onRun: () => void }

/** PromQL with completion of metrics, labels and values that exist, by the same API that Grafana asks. */
export function PromqlEditor(props: PromqlEditorProps) {
  const language = useMemo(
    () =>
      new PromQLExtension()
        .setComplete({
          remote: { url: '', apiPrefix: '/prometheus/api/v1', fetchFn: fetchWithKey, httpMethod: 'GET' },
          maxMetricsMetadata: 5_000,
        })
        .asExtension(),
    [],
  )
  return (
    <QueryEditor
      label="PromQL query"
      placeholder="sum by (service_name) (rate(http_requests_total[5m]))"
      language={language}
      {...props}
    />
  )
}
