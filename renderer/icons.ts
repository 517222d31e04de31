/**
 * The icons of the interface (Lucide), by the files they come from: taken from the package as a whole,
 * a build would read all four thousand of them.
 */
export { default as ArrowDownWideNarrow } from '@lucide/svelte/icons/arrow-down-wide-narrow';
export { default as ChartColumn } from '@lucide/svelte/icons/chart-column';
export { default as Check } from '@lucide/svelte/icons/check';
export { default as ChevronLeft } from '@lucide/svelte/icons/chevron-left';
export { default as ChevronRight } from '@lucide/svelte/icons/chevron-right';
export { default as CircleCheck } from '@lucide/svelte/icons/circle-check';
export { default as CloudOff } from '@lucide/svelte/icons/cloud-off';
export { default as Columns2 } from '@lucide/svelte/icons/columns-2';
export { default as Copy } from '@lucide/svelte/icons/copy';
export { default as CornerLeftUp } from '@lucide/svelte/icons/corner-left-up';
export { default as Download } from '@lucide/svelte/icons/download';
export { default as Equal } from '@lucide/svelte/icons/equal';
export { default as EqualNot } from '@lucide/svelte/icons/equal-not';
export { default as FileXCorner } from '@lucide/svelte/icons/file-x-corner';
export { default as Folder } from '@lucide/svelte/icons/folder';
export { default as FolderOpen } from '@lucide/svelte/icons/folder-open';
export { default as FolderPlus } from '@lucide/svelte/icons/folder-plus';
export { default as HardDrive } from '@lucide/svelte/icons/hard-drive';
export { default as Image } from '@lucide/svelte/icons/image';
export { default as ImageOff } from '@lucide/svelte/icons/image-off';
export { default as ImagePlus } from '@lucide/svelte/icons/image-plus';
export { default as Images } from '@lucide/svelte/icons/images';
export { default as Keyboard } from '@lucide/svelte/icons/keyboard';
export { default as Lasso } from '@lucide/svelte/icons/lasso';
export { default as MapPinned } from '@lucide/svelte/icons/map-pinned';
export { default as Maximize } from '@lucide/svelte/icons/maximize';
export { default as Minus } from '@lucide/svelte/icons/minus';
export { default as Pause } from '@lucide/svelte/icons/pause';
export { default as Play } from '@lucide/svelte/icons/play';
export { default as Plus } from '@lucide/svelte/icons/plus';
export { default as RotateCw } from '@lucide/svelte/icons/rotate-cw';
export { default as Rows3 } from '@lucide/svelte/icons/rows-3';
export { default as SearchX } from '@lucide/svelte/icons/search-x';
export { default as Shapes } from '@lucide/svelte/icons/shapes';
export { default as SlidersHorizontal } from '@lucide/svelte/icons/sliders-horizontal';
export { default as SquareSplitHorizontal } from '@lucide/svelte/icons/square-split-horizontal';
export { default as Trash } from '@lucide/svelte/icons/trash';
export { default as TriangleAlert } from '@lucide/svelte/icons/triangle-alert';
export { default as Undo } from '@lucide/svelte/icons/undo';
export { default as Waypoints } from '@lucide/svelte/icons/waypoints';
export { default as X } from '@lucide/svelte/icons/x';
export { default as ZoomIn } from '@lucide/svelte/icons/zoom-in';
export { default as ZoomOut } from '@lucide/svelte/icons/zoom-out';
