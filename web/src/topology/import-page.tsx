import type { BackstageResult } from '@aiops/contract/model/topology'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { Button, buttonStyle } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextArea } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { Panel } from '../ui/panel.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { ImportResult } from './import-result.tsx'
import { joinDocuments } from './join-documents.ts'
import { useBackstageImport } from './use-backstage-import.ts'

/** Entities and relations of a Backstage catalogue: looked at first, then taken over. */
export function TopologyImportPage() {
  const [yaml, setYaml] = useState('')
  const [replace, setReplace] = useState(false)
  const [unread, setUnread] = useState<string>()
  const run = useBackstageImport()
  const change = (text: string): void => {
    setYaml(text)
    run.reset()
  }
  const read = async (files: FileList | null): Promise<void> => {
    setUnread(undefined)
    try {
      change(joinDocuments(await Promise.all([...(files ?? [])].map((file) => file.text()))))
    } catch {
      setUnread('A file could not be read. Choose it again.')
    }
  }
  const ask = (dry_run: boolean): void => run.mutate({ yaml, replace, dry_run })
  return (
    <>
      <PageTitle title="Import a catalogue">
        <Link to="/topology" className={buttonStyle({ className: 'ml-auto' })}>
          Topology
        </Link>
      </PageTitle>
      <Panel title="From Backstage" note="components, APIs, resources and how they depend on each other">
        <form
          className="max-w-4xl space-y-3"
          onSubmit={(event) => {
            event.preventDefault()
            ask(true)
          }}
        >
          <FormRow name="Files" hint="catalog-info.yaml of one or of many repositories.">
            {(id) => (
              <input
                {...{ id }}
                type="file"
                multiple
                accept=".yaml,.yml"
                className="block w-full text-ink-soft file:mr-3 file:h-8 file:cursor-pointer file:rounded-md file:border file:border-line-strong file:bg-surface file:px-3 file:text-ink"
                onChange={(event) => void read(event.target.files)}
              />
            )}
          </FormRow>
          {unread && <p className="text-medium">{unread}</p>}
          <FormRow name="Descriptors" hint="Several documents are parted by ---.">
            {(id) => (
              <TextArea
                {...{ id }}
                className="min-h-56 font-mono text-xs"
                spellCheck={false}
                placeholder={example}
                value={yaml}
                onChange={(event) => change(event.target.value)}
              />
            )}
          </FormRow>
          <label className="flex items-center gap-2">
            <input
              type="checkbox"
              className="accent-(--accent)"
              checked={replace}
              onChange={(event) => {
                setReplace(event.target.checked)
                run.reset()
              }}
            />
            It is the whole catalogue: withdraw what earlier imports said and this one does not
          </label>
          {run.error && <Failure error={run.error} advice={refusedFor(run.error, 'topology:write')} />}
          <Buttons
            {...{ result: run.data, pending: run.isPending, empty: yaml.trim() === '' }}
            onTake={() => ask(false)}
          />
        </form>
        {run.data && <ImportResult result={run.data} />}
      </Panel>
    </>
  )
}

const example =
  'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: cart\nspec:\n  type: service\n  owner: shop\n  dependsOn: [resource:cart-db]'

type ButtonsProps = {
  result: BackstageResult | undefined
  pending: boolean
  empty: boolean
  onTake: () => void
}

function Buttons({ result, pending, empty, onTake }: ButtonsProps) {
  return (
    <div className="flex justify-end gap-2">
      <Button type="submit" disabled={empty || pending}>
        What would be taken?
      </Button>
      {result?.dry_run && (
        <Button look="strong" disabled={pending} onClick={onTake}>
          Take it over
        </Button>
      )}
    </div>
  )
}
