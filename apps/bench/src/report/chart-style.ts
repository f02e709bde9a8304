/** Colours follow the reader's scheme; the card has a ground of its own, so that text is readable on any page. */
export const CHART_STYLE: string = `
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #1f2328; }
.title { font-size: 16px; font-weight: 600; }
.head { font-weight: 600; }
.faint { fill: #59636e; }
.small { font-size: 11px; }
.card { fill: #ffffff; stroke: #d1d9e0; }
.grid { stroke: #e4e8ec; }
.even { stroke: #59636e; stroke-width: 1.5; }
.win { fill: #1a7f5a; }
.tie { fill: #8c959f; }
.loss { fill: #d1662a; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .faint { fill: #9198a1; }
  .card { fill: #0d1117; stroke: #3d444d; }
  .grid { stroke: #262c34; }
  .even { stroke: #9198a1; }
  .win { fill: #3fb68b; }
  .tie { fill: #6e7681; }
  .loss { fill: #f0883e; }
}
`;
