import { useId } from 'react'
import { CheckMark } from '../ui/check-mark.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import type { TlsDraft } from './draft.ts'

/** How connections are checked, where it is not the usual way. */
export function TlsFields({
  draft,
  onChange,
}: {
  draft: TlsDraft
  onChange: (part: Partial<TlsDraft>) => void
}) {
  const id = useId()
  return (
    <details open={draft.ca !== '' || draft.serverName !== '' || draft.insecure}>
      <summary className="font-medium text-ink-soft hover:text-ink">TLS: another authority or name</summary>
      <div className="mt-3 space-y-3">
        <FormRow
          name="Authorities to trust (PEM)"
          hint="For the API server and the backends, where a kubeconfig does not say."
        >
          {(field) => (
            <TextArea
              id={field}
              className="font-mono text-xs"
              spellCheck={false}
              placeholder="-----BEGIN CERTIFICATE-----"
              value={draft.ca}
              maxLength={262_144}
              onChange={(event) => onChange({ ca: event.target.value })}
            />
          )}
        </FormRow>
        <FormRow name="Server name" hint="That the certificate carries, where it is not the address’s.">
          {(field) => (
            <TextField
              id={field}
              className="w-full"
              value={draft.serverName}
              maxLength={253}
              onChange={(event) => onChange({ serverName: event.target.value })}
            />
          )}
        </FormRow>
        <div className="flex items-center gap-2">
          <CheckMark id={id} checked={draft.insecure} onChange={(insecure) => onChange({ insecure })} />
          <label htmlFor={id}>
            Do not check certificates{' '}
            <span className="text-ink-mute">
              (whoever stands in between can read the tokens: for a lab only)
            </span>
          </label>
        </div>
      </div>
    </details>
  )
}
