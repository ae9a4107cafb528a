import { TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import type { BackendDraft } from './draft.ts'
import { SecretField } from './secret-field.tsx'

type Backend = {
  name: string
  what: string
  url: 'prometheus' | 'loki' | 'tempo' | 'alertmanager'
  token?: 'prometheusToken' | 'lokiToken' | 'tempoToken'
  example: string
}
const backends: readonly Backend[] = [
  {
    ...{ name: 'Prometheus', what: 'metrics; Thanos and others of its API too', url: 'prometheus' },
    ...{ token: 'prometheusToken', example: 'https://thanos-querier-openshift-monitoring.apps.lab.example' },
  },
  { name: 'Loki', what: 'logs', url: 'loki', token: 'lokiToken', example: 'https://loki.lab.example' },
  { name: 'Tempo', what: 'traces', url: 'tempo', token: 'tempoToken', example: 'https://tempo.lab.example' },
  { name: 'Alertmanager', what: 'alerts', url: 'alertmanager', example: 'https://alertmanager.lab.example' },
]

type BackendFieldsProps = {
  draft: BackendDraft
  onChange: (part: Partial<BackendDraft>) => void
  /** Without: addresses alone, where tokens are kept as they are. */
  tokens: boolean
}

/** Where metrics, logs and traces of the cluster are asked for. */
export function BackendFields({ draft, onChange, tokens }: BackendFieldsProps) {
  return (
    <div className="space-y-3">
      {backends.map(({ name, url, token, example, what }) => (
        <div key={url} className={tokens ? 'grid gap-3 sm:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]' : ''}>
          <FormRow name={`${name} (${what})`}>
            {(id) => (
              <TextField
                id={id}
                type="url"
                className="w-full"
                placeholder={example}
                value={draft[url]}
                maxLength={512}
                onChange={(event) => onChange({ [url]: event.target.value })}
              />
            )}
          </FormRow>
          {tokens && token && (
            <FormRow name={`${name} token`}>
              {(id) => (
                <SecretField
                  id={id}
                  value={draft[token]}
                  placeholder="empty: asked without one"
                  onChange={(value) => onChange({ [token]: value })}
                />
              )}
            </FormRow>
          )}
        </div>
      ))}
    </div>
  )
}
