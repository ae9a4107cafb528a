import { type ClipboardEvent, useCallback, useRef, useState } from 'react'
import { filesMax, pastedMax, readTextFile, type TextFile } from './text-file.ts'

/** Files that wait to be sent: picked, pasted or dropped. */
export function useTextFiles() {
  const [files, setFiles] = useState<readonly TextFile[]>([])
  const [refused, setRefused] = useState<readonly string[]>([])
  const count = useRef(0)
  const add = useCallback(async (list: Iterable<File>): Promise<void> => {
    const read = await Promise.all(
      [...list].slice(0, filesMax + 1).map((file) => {
        count.current += 1
        return readTextFile(file, String(count.current))
      }),
    )
    const good = read.flatMap((one) => ('refused' in one ? [] : [one]))
    setRefused(read.flatMap((one) => ('refused' in one ? [one.refused] : [])))
    setFiles((old) => {
      const all = [...old, ...good]
      if (all.length > filesMax)
        setRefused((lines) => [...lines, `At most ${filesMax} files go with a message.`])
      return all.slice(0, filesMax)
    })
  }, [])
  const remove = (key: string): void => setFiles((old) => old.filter((one) => one.key !== key))
  const clear = useCallback((): void => {
    setFiles([])
    setRefused([])
  }, [])
  /** Files of the clipboard, and texts that would bury the question. */
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text/plain')
    const given = [...event.clipboardData.files]
    const pasted = text.length > pastedMax ? [new File([text], 'pasted.txt', { type: 'text/plain' })] : given
    if (pasted.length === 0) return
    event.preventDefault()
    void add(pasted)
  }
  return { files, refused, add, remove, clear, onPaste }
}
