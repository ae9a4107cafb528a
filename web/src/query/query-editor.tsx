import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { lintKeymap } from '@codemirror/lint'
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'

type QueryEditorProps = {
  label: string
  value: string
  placeholder: string
  /** The language: highlighting, completion, linting. The same object from render to render. */
  language: Extension
  onChange: (text: string) => void
  /** Enter, or Ctrl or ⌘ with Enter; Shift with Enter begins a new line. */
  onRun: () => void
}

/** One query in an editor with colours and completion. Loaded with the first query page, not with the frame. */
export function QueryEditor({
  label,
  value,
  placeholder: hint,
  language,
  onChange,
  onRun,
}: QueryEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const calls = useRef({ onChange, onRun })
  calls.current = { onChange, onRun }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is handed in below
  useEffect(() => {
    if (!host.current) return
    const run = (): boolean => {
      calls.current.onRun()
      return true
    }
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
          keymap.of([...completionKeymap, { key: 'Enter', run }, ...closeBracketsKeymap, ...historyKeymap]),
          keymap.of([...defaultKeymap, ...lintKeymap]),
          ...[history(), closeBrackets(), bracketMatching(), autocompletion(), EditorView.lineWrapping],
          ...[syntaxHighlighting(colours), theme, placeholder(hint)],
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) calls.current.onChange(update.state.doc.toString())
          }),
          new Compartment().of(language),
        ],
      }),
    })
    view.current = made
    return () => made.destroy()
  }, [])

  useEffect(() => {
    const current = view.current
    if (!current || current.state.doc.toString() === value) return
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } })
  }, [value])

  return (
    <div
      ref={host}
      className="min-h-9 min-w-0 flex-1 overflow-hidden rounded-md border border-line-strong bg-surface focus-within:outline-2 focus-within:outline-focus"
    />
  )
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier], color: 'var(--accent)' },
  { tag: [tags.string], color: 'var(--series-3)' },
  { tag: [tags.number], color: 'var(--series-2)' },
  { tag: [tags.function(tags.variableName)], color: 'var(--series-4)' },
  { tag: [tags.labelName, tags.propertyName], color: 'var(--series-5)' },
  { tag: [tags.comment], color: 'var(--ink-mute)', fontStyle: 'italic' },
  { tag: [tags.invalid], color: 'var(--critical)' },
])

const theme = EditorView.theme({
  '&': { fontSize: '13px', color: 'var(--ink)', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono, ui-monospace, monospace)', maxHeight: '12rem' },
  '.cm-content': { padding: '7px 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-placeholder': { color: 'var(--ink-mute)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--accent-soft)',
    outline: 'none',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'inherit', maxHeight: '16rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--ink)',
  },
  '.cm-completionDetail': { color: 'var(--ink-mute)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--critical)' },
})
