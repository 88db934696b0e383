/** The learning curve: mean training return as a line, evaluations as dots, the goal as a dashed line. */
import uPlot from 'uplot';
import { solvedReturn, type Progress } from './training.ts';

/** A chart that grows. */
export interface Curve {
  /** Empties the chart and sets how far it reaches. */
  start(totalSteps: number): void;
  add(progress: Progress): void;
  /** Draws what was added since the last time. */
  draw(): void;
}

/** Highest return that the chart shows. */
const top = 520;

/** A chart that fills `element`. */
export function learningCurve(element: HTMLElement): Curve {
  let steps: number[] = [];
  let returns: (number | null)[] = [];
  let evaluations: (number | null)[] = [];
  let totalSteps = 100_000;
  let isDrawn = false;

  const axis: uPlot.Axis = {
    stroke: () => colour('faint'),
    grid: { stroke: () => colour('line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  const chart = new uPlot(
    {
      ...sizeOf(element),
      legend: { show: false },
      cursor: { show: false },
      padding: [4, 20, 0, 0],
      scales: {
        x: { time: false, range: () => [0, totalSteps] },
        y: { range: [0, top] },
      },
      axes: [
        {
          ...axis,
          size: 28,
          values: (_, splits) => splits.map((step) => (step === 0 ? '0' : `${step / 1000}k`)),
        },
        { ...axis, size: 44, splits: [0, 100, 200, 300, 400, 500] },
      ],
      series: [
        {},
        { stroke: () => colour('accent'), width: 2, points: { show: false } },
        {
          stroke: () => colour('second'),
          paths: () => null,
          points: { show: true, size: 7, fill: () => colour('second') },
        },
      ],
      hooks: { drawAxes: [drawGoal] },
    },
    [[], [], []],
    element,
  );
  new ResizeObserver(() => chart.setSize(sizeOf(element))).observe(element);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart.redraw());

  return {
    start(total) {
      [steps, returns, evaluations, totalSteps, isDrawn] = [[], [], [], total, false];
    },
    add({ step, meanReturn, evaluation }) {
      steps.push(step);
      returns.push(Number.isNaN(meanReturn) ? null : meanReturn);
      evaluations.push(evaluation ?? null);
      isDrawn = false;
    },
    draw() {
      if (!isDrawn) chart.setData([steps, returns, evaluations]);
      isDrawn = true;
    },
  };
}

function drawGoal(chart: uPlot): void {
  const { left, width } = chart.bbox;
  const y = chart.valToPos(solvedReturn, 'y', true);
  chart.ctx.save();
  chart.ctx.strokeStyle = colour('faint');
  chart.ctx.lineWidth = devicePixelRatio;
  chart.ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  chart.ctx.beginPath();
  chart.ctx.moveTo(left, y);
  chart.ctx.lineTo(left + width, y);
  chart.ctx.stroke();
  chart.ctx.restore();
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}

/** A colour of the style sheet, by the name of its property. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
