import { TextArea, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { ChoiceList } from './choice-list.tsx'
import type { CredentialDraft } from './draft.ts'
import { KubeconfigField } from './kubeconfig-field.tsx'
import type { KubeContext } from './kubeconfig-peek.ts'
import { SecretField } from './secret-field.tsx'

type CredentialFieldsProps = {
  draft: CredentialDraft
  onChange: (part: Partial<CredentialDraft>) => void
  onContext?: (context: KubeContext) => void
}

const ways = [
  { value: 'KUBECONFIG', title: 'Kubeconfig', note: 'A file that kubectl uses; says where and who.' },
  {
    value: 'SERVICE_ACCOUNT',
    title: 'Service account',
    note: 'An address and a token; renewed by itself where the cluster allows it.',
  },
  {
    value: 'OIDC',
    title: 'OpenID Connect',
    note: 'A token of your provider, or a grant to get tokens with.',
  },
] as const

/** Who is to be asked as, in one of the three ways. */
export function CredentialFields({ draft, onChange, onContext }: CredentialFieldsProps) {
  return (
    <div className="space-y-4">
      <ChoiceList
        label="Kind of credentials"
        value={draft.way}
        onChange={(way) => onChange({ way })}
        choices={ways}
      />
      {draft.way === 'KUBECONFIG' && (
        <KubeconfigField draft={draft} onChange={onChange} {...(onContext && { onContext })} />
      )}
      {draft.way === 'SERVICE_ACCOUNT' && (
        <FormRow
          name="Token"
          hint={
            <>
              From the cluster:{' '}
              <code className="font-mono">
                kubectl create token aiops-reader --namespace aiops --duration 24h
              </code>
            </>
          }
        >
          {(id) => <SecretField id={id} value={draft.token} onChange={(token) => onChange({ token })} />}
        </FormRow>
      )}
      {draft.way === 'OIDC' && <OidcFields draft={draft} onChange={onChange} />}
    </div>
  )
}

function OidcFields({ draft, onChange }: Omit<CredentialFieldsProps, 'onContext'>) {
  return (
    <div className="space-y-3">
      <ChoiceList
        label="Token or grant"
        value={draft.oidcWay}
        onChange={(oidcWay) => onChange({ oidcWay })}
        columns="sm:grid-cols-2"
        choices={[
          { value: 'TOKEN', title: 'An ID token', note: 'Serves until it expires; then give another.' },
          { value: 'GRANT', title: 'A grant', note: 'Tokens are got and renewed at your provider.' },
        ]}
      />
      {draft.oidcWay === 'TOKEN' ? (
        <FormRow name="ID token">
          {(id) => (
            <SecretField id={id} value={draft.oidcToken} onChange={(oidcToken) => onChange({ oidcToken })} />
          )}
        </FormRow>
      ) : (
        <div className="grid gap-3 sm:grid-cols-2">
          <FormRow name="Issuer">
            {(id) => (
              <TextField
                id={id}
                className="w-full"
                placeholder="https://login.example/realms/ops"
                value={draft.issuer}
                onChange={(event) => onChange({ issuer: event.target.value })}
              />
            )}
          </FormRow>
          <FormRow name="Client id">
            {(id) => (
              <TextField
                id={id}
                className="w-full"
                value={draft.clientId}
                onChange={(event) => onChange({ clientId: event.target.value })}
              />
            )}
          </FormRow>
          <FormRow name="Client secret" hint="Without a refresh token the client asks as itself.">
            {(id) => (
              <SecretField
                id={id}
                value={draft.clientSecret}
                onChange={(clientSecret) => onChange({ clientSecret })}
              />
            )}
          </FormRow>
          <FormRow name="Refresh token">
            {(id) => (
              <SecretField
                id={id}
                value={draft.refreshToken}
                onChange={(refreshToken) => onChange({ refreshToken })}
              />
            )}
          </FormRow>
          <div className="sm:col-span-2">
            <FormRow
              name="Authority’s certificate (PEM)"
              hint="Only where the provider’s is not publicly trusted."
            >
              {(id) => (
                <TextArea
                  id={id}
                  className="font-mono text-xs"
                  value={draft.oidcCa}
                  onChange={(event) => onChange({ oidcCa: event.target.value })}
                />
              )}
            </FormRow>
          </div>
        </div>
      )}
    </div>
  )
}
