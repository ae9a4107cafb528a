import { useMutation } from '@tanstack/react-query'
import { Check, Copy } from 'lucide-react'
import { client } from '../shell/api.ts'
import { Button } from '../ui/button.tsx'

type MermaidButtonProps = { clusterId: string; namespace: string; diagram: 'flowchart' | 'network' }

/** Copies what is shown as a Mermaid diagram, for a ticket or a page of documentation. */
export function MermaidButton({ clusterId, namespace, diagram }: MermaidButtonProps) {
  const copy = useMutation({
    mutationFn: async () => {
      const { text } = await client.exportClusterGraph({
        params: { id: clusterId },
        query: { namespace, diagram },
      })
      await navigator.clipboard.writeText(text)
    },
    onSuccess: () => void setTimeout(() => copy.reset(), 2_000),
  })
  if (typeof navigator.clipboard === 'undefined') return null
  return (
    <Button
      onClick={() => copy.mutate()}
      disabled={copy.isPending}
      title={copy.error ? `It could not be copied: ${copy.error.message}` : 'Copy as a Mermaid diagram'}
      className={copy.error ? 'border-critical text-critical' : ''}
    >
      {copy.isSuccess ? <Check aria-hidden /> : <Copy aria-hidden />}
      {copy.error ? 'Not copied' : copy.isSuccess ? 'Copied' : 'Mermaid'}
    </Button>
  )
}
