import {
  Background,
  BackgroundVariant,
  Controls,
  type Edge,
  type FitViewOptions,
  type Node,
  ReactFlow,
  type ReactFlowProps,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/style.css'
import { useEffect } from 'react'

type FlowCanvasProps<N extends Node, E extends Edge> = Required<
  Pick<ReactFlowProps<N, E>, 'nodes' | 'edges' | 'nodeTypes' | 'edgeTypes' | 'minZoom'>
> &
  Pick<ReactFlowProps<N, E>, 'nodesFocusable' | 'onlyRenderVisibleElements'> & {
    label: string
    /** What the places depend on: when it changes all is brought in sight. */
    shape: string
    fit: FitViewOptions
    onChoose: (id: string) => void
  }

/** A graph to look at: panned and zoomed, nothing in it moved or connected; a box is chosen by click, Enter or space. */
export function FlowCanvas<N extends Node, E extends Edge>(props: FlowCanvasProps<N, E>) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  )
}

function Canvas<N extends Node, E extends Edge>({
  label,
  shape,
  fit,
  onChoose,
  ...drawn
}: FlowCanvasProps<N, E>) {
  const flow = useReactFlow()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another shape is looked at anew
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView(fit))
    return () => cancelAnimationFrame(frame)
  }, [shape, flow])
  return (
    <div
      className="h-full w-full"
      role="application"
      aria-label={label}
      onKeyDown={(event) => {
        const id = (event.target as HTMLElement).closest('.react-flow__node')?.getAttribute('data-id')
        if (id && (event.key === 'Enter' || event.key === ' ')) onChoose(id)
      }}
    >
      <ReactFlow
        {...drawn}
        onNodeClick={(_, node) => onChoose(node.id)}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        edgesFocusable={false}
        fitView
        fitViewOptions={fit}
        maxZoom={2}
        preventScrolling={false}
        zoomOnScroll={false}
        zoomActivationKeyCode={['Control', 'Meta']}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} color="var(--line)" />
        <Controls showInteractive={false} orientation="horizontal" position="top-right" />
      </ReactFlow>
    </div>
  )
}
