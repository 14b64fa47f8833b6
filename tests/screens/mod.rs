mod frame;
mod panels;
mod sample;
