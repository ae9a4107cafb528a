import type { Cluster } from '@aiops/contract/model/cluster'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { CredentialFields } from './credential-fields.tsx'
import { credentialInputOf, credentialProblems, emptyBackends, emptyCredentials } from './draft.ts'
import { failureAdvice } from './failure-advice.ts'
import { SecretField } from './secret-field.tsx'
import { useClusterActions } from './use-cluster.ts'

const tokens = [
  { name: 'Prometheus', url: 'prometheus_url', token: 'prometheusToken' },
  { name: 'Tempo', url: 'tempo_url', token: 'tempoToken' },
  { name: 'Loki', url: 'loki_url', token: 'lokiToken' },
] as const

/** Takes new credentials. Those that are stored serve on until these were tried and found good. */
export function CredentialDialog({ cluster, onDone }: { cluster: Cluster; onDone: () => void }) {
  const [draft, setDraft] = useState(emptyCredentials)
  const [backends, setBackends] = useState(emptyBackends)
  const [tried, setTried] = useState(false)
  const { store, rotate } = useClusterActions(cluster.id)
  const sending = cluster.credentials === null ? store : rotate
  const problems = credentialProblems(draft)
  const own = tokens.filter(({ url }) => cluster.endpoints[url])
  const send = (): void => {
    setTried(problems.length > 0)
    if (problems.length > 0) return
    sending.mutate(credentialInputOf(draft, backends), { onSuccess: onDone })
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title={cluster.credentials === null ? 'Upload credentials' : 'Replace the credentials'}
      description="They are tried at the cluster, then stored encrypted and never shown again."
      className="w-[min(46rem,calc(100vw-2rem))]"
    >
      <form
        className="min-h-0 space-y-4 overflow-y-auto px-5 py-4"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <CredentialFields draft={draft} onChange={(part) => setDraft((old) => ({ ...old, ...part }))} />
        {own.map(({ name, token }) => (
          <FormRow key={token} name={`${name} token`} hint="Empty: it is asked without a token.">
            {(id) => (
              <SecretField
                id={id}
                value={backends[token]}
                onChange={(value) => setBackends((old) => ({ ...old, [token]: value }))}
              />
            )}
          </FormRow>
        ))}
        {tried && problems.length > 0 && (
          <ul role="alert" className="list-disc pl-5 text-critical">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
        {sending.error && <Failure error={sending.error} advice={failureAdvice(sending.error)} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onDone}>Cancel</Button>
          <Button type="submit" look="strong" disabled={sending.isPending}>
            {sending.isPending ? 'Trying them…' : 'Try and store'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
