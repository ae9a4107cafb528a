import { Link } from '@tanstack/react-router'
import { Database } from 'lucide-react'
import { Button } from './button.tsx'
import { utcText } from './clock-text.ts'
import { CopyButton } from './copy-button.tsx'
import { Popover } from './popover.tsx'
import { counted } from './words.ts'

type QueryNoteProps = { selectors: readonly string[]; from: number; to: number; points?: number | undefined }

/** Where a chart's numbers come from: the selection and range that anyone can run again. */
export function QueryNote({ selectors, from, to, points }: QueryNoteProps) {
  if (selectors.length === 0) return null
  const trigger = (
    <Button look="quiet" size="icon-small" aria-label="Show the query" title="Show the query">
      <Database aria-hidden />
    </Button>
  )
  return (
    <Popover trigger={trigger} label="Query">
      <p className="mb-2 font-medium">Query</p>
      <ul className="max-h-48 space-y-1 overflow-y-auto">
        {selectors.map((selector) => (
          <li key={selector} className="flex items-start gap-1 rounded bg-sunken py-0.5 pr-0.5 pl-2">
            <code className="min-w-0 flex-1 break-all py-0.5 font-mono text-xs">{selector}</code>
            <CopyButton text={selector} label="Copy selector" />
          </li>
        ))}
      </ul>
      <p className="mt-2 text-ink-mute text-xs">
        {utcText(from)} – {utcText(to)}
        {points !== undefined && ` · ${counted(points, 'point')}`}
      </p>
      <Link
        to="/explore"
        search={{ s: selectors.slice(0, 12), from: Math.floor(from), to: Math.ceil(to) }}
        className="mt-2 inline-block font-medium text-accent hover:underline"
      >
        Open in Explore
      </Link>
    </Popover>
  )
}
