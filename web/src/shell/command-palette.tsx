import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { matchItems, type PaletteItem } from './palette-item.ts'
import { usePaletteItems } from './use-palette-items.ts'

type CommandPaletteProps = { open: boolean; onOpenChange: (open: boolean) => void; onHelp: () => void }

export function CommandPalette({ open, onOpenChange, onHelp }: CommandPaletteProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Command palette"
      bare
      className="w-[min(40rem,calc(100vw-2rem))]"
    >
      <PaletteList onHelp={onHelp} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function PaletteList({ onHelp, onDone }: { onHelp: () => void; onDone: () => void }) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const items = usePaletteItems(typed, onHelp)
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const q = typed.trim()
  const ask: PaletteItem = {
    ...{ id: 'ask', group: 'Ask', label: `Ask: ${q}` },
    run: () => void navigate({ to: '/ask', search: { q } }),
  }
  const found = [...matchItems(items, typed), ...(q === '' ? [] : [ask])]
  const chosen = Math.min(at, found.length - 1)

  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when the choice moves
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen, typed])

  const run = (item: PaletteItem | undefined): void => {
    if (!item) return
    onDone()
    item.run()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0))
    else if (event.key === 'Enter') run(found[chosen])
    else return
    event.preventDefault()
  }

  return (
    <>
      <input
        // biome-ignore lint/a11y/noAutofocus: the palette was opened to type into it
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found[chosen] ? `${id}-${found[chosen].id}` : undefined}
        aria-label="Go to a page, incident or service"
        placeholder="Page, INC number, words of a title, service…"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        className="h-12 shrink-0 border-b bg-transparent px-4 text-base outline-none placeholder:text-ink-mute"
      />
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label="Results"
        className="min-h-0 overflow-y-auto p-2"
      >
        {found.length === 0 && <p className="px-2 py-6 text-center text-ink-mute">Nothing fits “{typed}”.</p>}
        {found.map((item, i) => (
          <PaletteRow
            key={item.id}
            id={`${id}-${item.id}`}
            item={item}
            chosen={i === chosen}
            heading={found[i - 1]?.group !== item.group}
            onPick={() => run(item)}
          />
        ))}
      </div>
    </>
  )
}

type PaletteRowProps = {
  id: string
  item: PaletteItem
  chosen: boolean
  heading: boolean
  onPick: () => void
}

function PaletteRow({ id, item, chosen, heading, onPick }: PaletteRowProps) {
  return (
    <>
      {heading && (
        <p role="presentation" className="px-2 pt-2 pb-1 text-ink-mute text-xs">
          {item.group}
        </p>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the combobox that owns this list */}
      <div
        id={id}
        role="option"
        aria-selected={chosen}
        tabIndex={-1}
        onClick={onPick}
        className="flex cursor-pointer items-center gap-3 rounded-md px-2 py-1.5 hover:bg-sunken aria-selected:bg-accent-soft aria-selected:text-accent"
      >
        <span className="min-w-0 flex-1 truncate">{item.label}</span>
        {item.hint && <span className="shrink-0 text-ink-mute text-xs">{item.hint}</span>}
      </div>
    </>
  )
}
