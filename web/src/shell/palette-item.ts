/** What the command palette offers, and which of it fits what was typed. */
export type PaletteItem = {
  id: string
  group: 'Pages' | 'Recent incidents' | 'Actions' | 'Ask'
  label: string
  hint?: string
  run: () => void
}

/** Items that hold every word typed, in label or hint; those whose label starts so come first. Order is kept otherwise. */
export function matchItems(items: readonly PaletteItem[], typed: string): PaletteItem[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = items.filter((item) => {
    const text = `${item.label} ${item.hint ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const starts = (item: PaletteItem): number =>
    words[0] && item.label.toLowerCase().startsWith(words[0]) ? 0 : 1
  return fits.toSorted((a, b) => starts(a) - starts(b))
}
