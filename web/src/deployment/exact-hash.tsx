import { CopyButton } from '../ui/copy-button.tsx'

/** A hash, short beside other things or whole where it is the thing; the whole one on hover and to copy. */
export function ExactHash({ hash, whole = false }: { hash: string | null; whole?: boolean }) {
  if (hash === null || hash === '') return <span className="text-ink-mute">none</span>
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="break-all font-mono text-xs" title={hash}>
        {whole ? hash : hash.slice(0, 12)}
      </code>
      <CopyButton text={hash} label="Copy the whole hash" />
    </span>
  )
}
