mod compare;
mod easel;
mod frame;
mod moves;
mod panels;
mod sample;
mod widgets;
