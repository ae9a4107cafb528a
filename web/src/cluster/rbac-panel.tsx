import { CircleCheck, TriangleAlert } from 'lucide-react'
import { CopyButton } from '../ui/copy-button.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import type { Rbac } from './connection-test.ts'

/** What the cluster must allow, what of it is missing, and the manifest that allows it. */
export function RbacPanel({ rbac: { missing, manifest } }: { rbac: Rbac }) {
  return (
    <Panel
      title="Permissions"
      note={missing.length === 0 ? undefined : `${counted(missing.length, 'permission')} missing`}
    >
      {missing.length === 0 ? (
        <p className="flex items-center gap-1.5">
          <CircleCheck aria-hidden className="size-4 text-ok" /> Everything that is needed may be read.
        </p>
      ) : (
        <>
          <p className="flex items-center gap-1.5">
            <TriangleAlert aria-hidden className="size-4 text-medium" />
            The cluster works, but the analyzers know nothing of what may not be read:
          </p>
          <ul className="mt-1 mb-3 max-h-48 list-disc overflow-y-auto pl-9 font-mono text-xs">
            {missing.map((one) => (
              <li key={one} className="break-words">
                {one}
              </li>
            ))}
          </ul>
        </>
      )}
      <details open={missing.length > 0} className="mt-2">
        <summary className="text-ink-soft hover:text-ink">
          The manifest that allows it: <code className="font-mono text-xs">kubectl apply -f -</code>
        </summary>
        <div className="relative mt-2">
          <pre className="max-h-72 overflow-auto rounded-md border bg-sunken p-3 font-mono text-xs">
            {manifest}
          </pre>
          <div className="absolute top-2 right-3">
            <CopyButton text={manifest} label="Copy the manifest" />
          </div>
        </div>
      </details>
    </Panel>
  )
}
