/** What the command palette offers, and which of it fits what was typed. */
export type PaletteItem = {
  id: string
  group: 'Pages' | 'Incidents' | 'Entities' | 'Actions' | 'Ask'
  label: string
  hint?: string
  /** Too many to be offered before something is typed. */
  typedOnly?: true
  run: () => void
}

/** The number in `INC-57` or `57`. */
export function incidentNumber(typed: string): string | undefined {
  return /^(?:inc-)?(\d{1,9})$/i.exec(typed.trim())?.[1]
}

/** Items that hold every word typed, in label or hint; those whose label starts so come first. Order is kept otherwise. */
export function matchItems(items: readonly PaletteItem[], typed: string): PaletteItem[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = items.filter((item) => {
    if (item.typedOnly && words.length === 0) return false
    const text = `${item.label} ${item.hint ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const starts = (item: PaletteItem): number =>
    words[0] && item.label.toLowerCase().startsWith(words[0]) ? 0 : 1
  return fits.toSorted((a, b) => starts(a) - starts(b))
}
