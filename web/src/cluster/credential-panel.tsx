import type { Cluster } from '@aiops/contract/model/cluster'
import { type ReactNode, useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { useNow } from '../ui/use-now.ts'
import { addressesOf } from './address.ts'
import { CheckList } from './check-list.tsx'
import { targetWords } from './cluster-look.ts'
import { CredentialDialog } from './credential-dialog.tsx'
import { expiryOf } from './expiry.ts'
import { failureAdvice } from './failure-advice.ts'
import { ForgetDialog } from './forget-dialog.tsx'
import { useClusterActions } from './use-cluster.ts'

const ways = {
  KUBECONFIG: 'Kubeconfig',
  SERVICE_ACCOUNT: 'Service account token',
  OIDC: 'OpenID Connect',
} as const

/** What is known of the stored credentials, and what may be done with them. The credentials themselves are never shown. */
export function CredentialPanel({ cluster }: { cluster: Cluster }) {
  const [open, setOpen] = useState<'UPLOAD' | 'FORGET'>()
  const { validate, rotate } = useClusterActions(cluster.id)
  const { credentials } = cluster
  const own = cluster.source === 'API'
  return (
    <Panel title="Credentials">
      {credentials === null ? (
        <p className="mb-3">None are stored, so the API server is not asked.</p>
      ) : (
        <dl className="mb-3 flex flex-wrap gap-x-6 gap-y-1">
          <Fact name="Kind">{ways[credentials.auth_type]}</Fact>
          <Fact name="Stored">
            <Moment at={credentials.stored_at} form="both" />
          </Fact>
          <Fact name="Expire">
            <Expiry at={credentials.expires_at} />
          </Fact>
          <Fact name="Own tokens for">
            {credentials.tokens_for.map((target) => targetWords[target]).join(', ') || 'no backend'}
          </Fact>
        </dl>
      )}
      <div className="flex flex-wrap gap-2">
        {own && (
          <Button onClick={() => setOpen('UPLOAD')} look={credentials === null ? 'strong' : 'plain'}>
            {credentials === null ? 'Upload credentials' : 'Replace them'}
          </Button>
        )}
        {credentials && (
          <Button onClick={() => validate.mutate()} disabled={validate.isPending}>
            {validate.isPending ? 'Trying…' : 'Try them now'}
          </Button>
        )}
        {own && credentials?.auth_type === 'SERVICE_ACCOUNT' && (
          <Button onClick={() => rotate.mutate({})} disabled={rotate.isPending}>
            {rotate.isPending ? 'Rotating…' : 'Get a new token'}
          </Button>
        )}
        {own && credentials && (
          <Button look="danger" className="ml-auto" onClick={() => setOpen('FORGET')}>
            Forget them
          </Button>
        )}
      </div>
      {rotate.isSuccess && <p className="mt-3 text-ok">A new token serves; the old one is forgotten.</p>}
      {rotate.error && <Failure error={rotate.error} advice={failureAdvice(rotate.error)} className="mt-3" />}
      {validate.error && <Failure error={validate.error} className="mt-3" />}
      {validate.data && (
        <div className="mt-3 rounded-md border">
          <p className="border-b px-4 py-2">
            <Badge tone={validate.data.valid ? 'ok' : 'critical'}>
              {validate.data.valid ? 'They serve' : 'They do not serve'}
            </Badge>
          </p>
          <CheckList checks={validate.data.checks} endpoints={addressesOf(cluster)} />
        </div>
      )}
      {open === 'UPLOAD' && <CredentialDialog cluster={cluster} onDone={() => setOpen(undefined)} />}
      {open === 'FORGET' && <ForgetDialog cluster={cluster} onDone={() => setOpen(undefined)} />}
    </Panel>
  )
}

function Expiry({ at }: { at: string | null }) {
  const state = expiryOf(at, useNow())
  if (state === 'NEVER') return 'never, as far as they say'
  return (
    <span className={state === 'FAR' ? '' : state === 'SOON' ? 'text-medium' : 'text-critical'}>
      {state === 'OVER' && 'expired '}
      <Moment at={at} form="both" />
    </span>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-ink-mute">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  )
}
