// What a drag runs, run before the first one while the page rests, and thrown away: engines compile what is called often.
import { MovingPath } from "./curve.js";

const AT_MOST = 200; // milliseconds in all
const SPARE = 4; // milliseconds that a slice leaves to the page
let warm = false;

export function warmUp(app) {
  if (warm || !window.requestIdleCallback) return;
  warm = true;
  const path = new MovingPath();
  let [round, spent, segments] = [0, 0, []];
  const once = () => {
    const { hands, chart } = app;
    const number = Math.floor(round / 8) % hands.shown.length;
    const [px, py] = chart.place(hands.shown[number]);
    const held = { number, move: hands.take(number), px: px - 99, py, dx: 0, dy: 0, at: 0 };
    const [over, up] = [7 * (round % 8) - 20, 9 + 7 * (round % 5)];
    const made = hands.dragged(held, px + over, py < chart.height / 2 ? py + up : py - up, false, false);
    if (!made) return;
    segments = app.holds(made, segments).segments;
    path.text(made, chart.x, chart.y);
  };
  const slice = deadline => {
    while (spent < AT_MOST && deadline.timeRemaining() > SPARE) {
      if (app.life.signal.aborted || app.hands.held) return;
      const start = performance.now();
      once();
      spent += performance.now() - start;
      round++;
    }
    if (spent < AT_MOST) requestIdleCallback(slice);
  };
  requestIdleCallback(slice);
}
