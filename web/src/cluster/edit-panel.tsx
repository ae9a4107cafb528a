import type { Cluster } from '@aiops/contract/model/cluster'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { Panel } from '../ui/panel.tsx'
import { BackendFields } from './backend-fields.tsx'
import { clusterInputOf, type Draft, emptyCredentials, emptyDraft, stepProblems } from './draft.ts'
import { failureAdvice } from './failure-advice.ts'
import { IdentityFields } from './identity-fields.tsx'
import { labelsText } from './label-text.ts'
import { TlsFields } from './tls-fields.tsx'
import { useClusterActions } from './use-cluster.ts'

/** The fields of a cluster, to change. */
export function EditPanel({ cluster }: { cluster: Cluster }) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(cluster))
  const [tried, setTried] = useState(false)
  const { update, refresh } = useClusterActions(cluster.id)
  const problems = problemsOf(draft)
  const moved =
    cluster.credentials !== null &&
    (draft.apiServer !== (cluster.api_server_url ?? '') || JSON.stringify(draft.tls) !== tlsText(cluster))
  const save = (): void => {
    setTried(problems.length > 0)
    if (problems.length > 0) return
    update.mutate(clusterInputOf(draft), { onSuccess: () => refresh.mutate() })
  }
  return (
    <Panel title="Fields">
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <IdentityFields
          draft={draft.identity}
          onChange={(part) => setDraft((old) => ({ ...old, identity: { ...old.identity, ...part } }))}
        />
        <FormRow name="API server">
          {(id) => (
            <TextField
              id={id}
              type="url"
              className="w-full"
              value={draft.apiServer}
              maxLength={512}
              onChange={(event) => setDraft((old) => ({ ...old, apiServer: event.target.value }))}
            />
          )}
        </FormRow>
        <BackendFields
          tokens={false}
          draft={draft.backends}
          onChange={(part) => setDraft((old) => ({ ...old, backends: { ...old.backends, ...part } }))}
        />
        <TlsFields
          draft={draft.tls}
          onChange={(part) => setDraft((old) => ({ ...old, tls: { ...old.tls, ...part } }))}
        />
        {moved && (
          <p className="text-medium">
            Credentials are not sent to another address or under other TLS settings: upload them again after
            saving.
          </p>
        )}
        {tried && problems.length > 0 && (
          <ul role="alert" className="list-disc pl-5 text-critical">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
        {update.error && <Failure error={update.error} advice={failureAdvice(update.error)} />}
        <div className="flex items-center gap-3">
          <Button type="submit" look="strong" disabled={update.isPending}>
            {update.isPending ? 'Saving…' : 'Save'}
          </Button>
          <Button onClick={() => setDraft(draftOf(cluster))}>Reset</Button>
          {update.isSuccess && <span className="text-ok">Saved{refresh.isPending && ', checking…'}</span>}
        </div>
      </form>
    </Panel>
  )
}

/** Credentials are another panel's: those of the draft stay empty. */
const problemsOf = (draft: Draft): string[] => {
  const filled = { ...draft, credentials: { ...emptyCredentials, kubeconfig: 'kept' } }
  return [1, 2, 3].flatMap((step) => stepProblems(filled, step))
}

function draftOf(cluster: Cluster): Draft {
  const { endpoints } = cluster
  return {
    ...emptyDraft,
    apiServer: cluster.api_server_url ?? '',
    tls: tlsDraftOf(cluster),
    identity: {
      ...{ name: cluster.name, displayName: cluster.display_name ?? '', type: cluster.cluster_type },
      ...{
        environment: cluster.environment,
        region: cluster.region ?? '',
        labels: labelsText(cluster.labels),
      },
    },
    backends: {
      ...emptyDraft.backends,
      ...{ prometheus: endpoints.prometheus_url ?? '', tempo: endpoints.tempo_url ?? '' },
      ...{ loki: endpoints.loki_url ?? '', alertmanager: endpoints.alertmanager_url ?? '' },
    },
  }
}

const tlsDraftOf = ({ tls }: Cluster): Draft['tls'] => ({
  ca: tls?.ca ?? '',
  serverName: tls?.server_name ?? '',
  insecure: tls?.insecure_skip_verify ?? false,
})
const tlsText = (cluster: Cluster): string => JSON.stringify(tlsDraftOf(cluster))
