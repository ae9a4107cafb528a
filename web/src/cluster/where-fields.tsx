import type { Dispatch, SetStateAction } from 'react'
import { TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { CredentialFields } from './credential-fields.tsx'
import { type Draft, nameFrom } from './draft.ts'
import type { KubeContext } from './kubeconfig-peek.ts'
import { TlsFields } from './tls-fields.tsx'

/** Where the cluster is, and who it is asked as. A kubeconfig says the address, and proposes a name. */
export function WhereFields({
  draft,
  setDraft,
}: {
  draft: Draft
  setDraft: Dispatch<SetStateAction<Draft>>
}) {
  const takeContext = (context: KubeContext): void =>
    setDraft((old) => ({
      ...old,
      apiServer: context.server ?? old.apiServer,
      identity: { ...old.identity, name: old.identity.name || nameFrom(context) },
    }))
  return (
    <div className="space-y-4">
      <CredentialFields
        draft={draft.credentials}
        onChange={(part) => setDraft((old) => ({ ...old, credentials: { ...old.credentials, ...part } }))}
        onContext={takeContext}
      />
      <FormRow
        name="API server"
        hint={
          draft.credentials.way === 'KUBECONFIG'
            ? 'Read from the kubeconfig; it must be the same as there.'
            : 'As the host that runs AIOps reaches it: kubectl cluster-info says it.'
        }
      >
        {(id) => (
          <TextField
            id={id}
            type="url"
            className="w-full"
            placeholder="https://api.lab.example:6443"
            value={draft.apiServer}
            maxLength={512}
            onChange={(event) => setDraft((old) => ({ ...old, apiServer: event.target.value }))}
          />
        )}
      </FormRow>
      <TlsFields
        draft={draft.tls}
        onChange={(part) => setDraft((old) => ({ ...old, tls: { ...old.tls, ...part } }))}
      />
    </div>
  )
}
