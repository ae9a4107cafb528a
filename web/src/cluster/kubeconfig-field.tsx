import { FileUp } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { SelectField, TextArea } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import type { CredentialDraft } from './draft.ts'
import { type KubeContext, peekKubeconfig } from './kubeconfig-peek.ts'

const sizeMax = 1_048_576

type KubeconfigFieldProps = {
  draft: CredentialDraft
  onChange: (part: Partial<CredentialDraft>) => void
  /** The context that counts, whenever it is another one. */
  onContext?: (context: KubeContext) => void
}

/** A kubeconfig, pasted, dropped or chosen, and which of its contexts counts. */
export function KubeconfigField({ draft, onChange, onContext }: KubeconfigFieldProps) {
  const [over, setOver] = useState(false)
  const [problem, setProblem] = useState('')
  const peek = useMemo(() => peekKubeconfig(draft.kubeconfig), [draft.kubeconfig])
  const pick = (text: string, name: string | undefined): void => {
    const found = peekKubeconfig(text)
    const chosen = found?.contexts.find((one) => one.name === name) ?? found?.contexts[0]
    onChange({ kubeconfig: text, context: chosen?.name ?? '' })
    if (chosen) onContext?.(chosen)
  }
  const take = (text: string): void => pick(text, peekKubeconfig(text)?.current)
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return
    setProblem(file.size > sizeMax ? 'The file is greater than 1 MiB: is it a kubeconfig?' : '')
    if (file.size <= sizeMax) take(await file.text())
  }
  return (
    <div className="space-y-3">
      <FormRow
        name="Kubeconfig"
        hint={
          <>
            Certificates and keys must be in it, not in files beside it:{' '}
            <code className="font-mono">kubectl config view --raw --flatten --minify</code>
          </>
        }
      >
        {(id) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a second way; the button beneath is the first
          <div
            onDragOver={(event) => {
              event.preventDefault()
              setOver(true)
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              event.preventDefault()
              setOver(false)
              void read(event.dataTransfer.files[0])
            }}
          >
            <TextArea
              id={id}
              spellCheck={false}
              autoComplete="off"
              value={draft.kubeconfig}
              maxLength={sizeMax}
              placeholder="Paste it here, or drop the file."
              onChange={(event) => take(event.target.value)}
              className={className('h-36 font-mono text-xs', over && 'border-accent bg-accent-soft')}
            />
          </div>
        )}
      </FormRow>
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={chooseFile((file) => void read(file))}>
          <FileUp aria-hidden /> Choose a file
        </Button>
        {draft.kubeconfig !== '' && !peek && (
          <p className="text-ink-soft">
            No context was recognised in it here; the server reads it whole when it is tried.
          </p>
        )}
        {problem !== '' && <p className="text-critical">{problem}</p>}
      </div>
      {peek && (
        <FormRow name="Context" hint={peek.contexts.find(({ name }) => name === draft.context)?.server}>
          {(id) => (
            <SelectField
              id={id}
              value={draft.context}
              onChange={(event) => pick(draft.kubeconfig, event.target.value)}
              className="w-full"
            >
              {peek.contexts.map(({ name, user }) => (
                <option key={name} value={name}>
                  {name}
                  {user ? ` (as ${user})` : ''}
                  {name === peek.current ? ', current' : ''}
                </option>
              ))}
            </SelectField>
          )}
        </FormRow>
      )}
    </div>
  )
}

/** Opens the browser's own choice of files. */
function chooseFile(take: (file: File | undefined) => void): () => void {
  return () => {
    const input = document.createElement('input')
    input.type = 'file'
    input.onchange = () => take(input.files?.[0])
    input.click()
  }
}
